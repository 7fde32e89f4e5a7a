import { parentPort } from 'node:worker_threads'
import { diagnose } from './diagnose.ts'
import type { Diagnosis, Knowledge, Subject } from './types.ts'

export interface ToDiagnosisThread {
  readonly id: number
  readonly subject: Omit<Subject, 'request'> & {
    readonly request: Omit<Subject['request'], 'body'> & { readonly body: Uint8Array }
  }
  readonly knowledge: Knowledge
}

export type FromDiagnosisThread = { readonly id: number } & (
  | { readonly diagnosis: Diagnosis }
  | { readonly error: string }
)

parentPort?.on('message', async ({ id, subject, knowledge }: ToDiagnosisThread) => {
  // What was posted as a Buffer arrives as a plain array.
  const { buffer, byteOffset, byteLength } = subject.request.body
  const request = { ...subject.request, body: Buffer.from(buffer, byteOffset, byteLength) }
  const answer: FromDiagnosisThread = await diagnose({ ...subject, request }, knowledge, null).then(
    (diagnosis) => ({ id, diagnosis }),
    (error: unknown) => ({ id, error: error instanceof Error ? error.message : 'unknown' }),
  )
  parentPort?.postMessage(answer)
})
