import { parentPort } from 'node:worker_threads'
import { type PayloadAnswer, type PayloadQuestion, readPayload } from './payload.ts'

/** Reads large payloads beside the event loop: parsing 25 MiB of JSON takes half a second. */
export interface ToPayloadThread {
  readonly id: number
  readonly body: Uint8Array
  readonly question: PayloadQuestion
}

export interface FromPayloadThread {
  readonly id: number
  readonly answer: PayloadAnswer
}

parentPort?.on('message', ({ id, body, question }: ToPayloadThread) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  parentPort?.postMessage({ id, answer: readPayload(bytes, question) } satisfies FromPayloadThread)
})
