import { parentPort, workerData } from 'node:worker_threads'
import type { ListQuery } from '../types.ts'
import { openReader, type Reader } from './reader.ts'

export type ReaderQuestion =
  | { readonly ask: 'list'; readonly query: ListQuery }
  | { readonly ask: 'get'; readonly id: string }
  | { readonly ask: 'checkpoint' }

/** What each question is answered with. */
export interface ReaderAnswers {
  readonly list: ReturnType<Reader['list']>
  readonly get: ReturnType<Reader['get']>
  readonly checkpoint: ReturnType<Reader['checkpoint']>
}

export type ToReader = { readonly id: number; readonly question: ReaderQuestion } | 'close'

export interface FromReader {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

if (parentPort !== null) serve(parentPort, workerData)

function serve(port: NonNullable<typeof parentPort>, { dataDir }: { dataDir: string }): void {
  const reader = openReader(dataDir)
  const answer = (question: ReaderQuestion): unknown => {
    switch (question.ask) {
      case 'list':
        return reader.list(question.query)
      case 'get':
        return reader.get(question.id)
      case 'checkpoint':
        return reader.checkpoint()
    }
  }
  port.on('message', (message: ToReader) => {
    if (message === 'close') {
      reader.close()
      port.close()
      return
    }
    const { id, question } = message
    try {
      port.postMessage({ id, answer: answer(question) } satisfies FromReader)
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies FromReader)
    }
  })
}
