import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import { startWorker } from '../../start-worker.ts'
import { StoreUnavailableError } from '../errors.ts'
import type { ReaderOptions } from './reader.ts'
import type { FromReader, ReaderAnswers, ReaderQuestion, ToReader } from './reader-thread.ts'

/** The reading thread, seen from the main thread. It is started by the first question, and anew after it failed. */
export interface ReaderClient {
  /** @throws {StoreUnavailableError} */
  ask<Q extends ReaderQuestion>(question: Q): Promise<ReaderAnswers[Q['ask']]>
  /** Whether it was started. */
  isRunning(): boolean
  close(): Promise<void>
}

export function createReaderClient(options: ReaderOptions): ReaderClient {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>()
  let worker: Worker | null = null
  let nextId = 0

  function start(): Worker {
    const started = startWorker('reader-thread', import.meta.url, options)
    started.on('message', ({ id, answer, error }: FromReader) => {
      const asker = waiting.get(id)
      waiting.delete(id)
      if (error === undefined) asker?.resolve(answer)
      else asker?.reject(new StoreUnavailableError(error))
    })
    started.on('error', (error) => {
      worker = null
      const unavailable = new StoreUnavailableError(`the reading thread failed: ${error.message}`)
      for (const asker of waiting.values()) asker.reject(unavailable)
      waiting.clear()
    })
    return started
  }

  return {
    async ask(question) {
      worker ??= start()
      const id = nextId++
      const answer = new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
      worker.postMessage({ id, question } satisfies ToReader)
      // Messages between threads carry no types; the thread answers each question with what `ReaderAnswers` says.
      return (await answer) as ReaderAnswers[(typeof question)['ask']]
    },
    isRunning: () => worker !== null,
    async close() {
      if (worker === null) return
      const ended = once(worker, 'exit')
      worker.postMessage('close' satisfies ToReader)
      await ended
    },
  }
}
