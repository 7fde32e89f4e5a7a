import type { Worker } from 'node:worker_threads'
import { startWorker } from '../start-worker.ts'
import { type PayloadAnswer, type PayloadQuestion, readPayload } from './payload.ts'
import type { FromPayloadThread, ToPayloadThread } from './payload-thread.ts'

/** Up to this size reading takes less time than asking a thread: half a millisecond at most. */
const inlineBytes = 64 * 1024

export interface PayloadReader {
  /** At once for small bodies; large ones are read by a thread so that the event loop goes on. */
  read(body: Buffer, question: PayloadQuestion): PayloadAnswer | Promise<PayloadAnswer>
  close(): Promise<void>
}

/** The thread is started by the first large body. */
export function createPayloadReader(): PayloadReader {
  const waiting = new Map<number, { resolve(answer: PayloadAnswer): void; reject(error: Error): void }>()
  let worker: Worker | null = null
  let nextId = 0

  function start(): Worker {
    const started = startWorker('payload-thread', import.meta.url)
    started.on('message', ({ id, answer }: FromPayloadThread) => {
      waiting.get(id)?.resolve(answer)
      waiting.delete(id)
    })
    // Most likely out of memory: those who wait are refused (and sent again), the next one gets a new thread.
    started.on('error', (error) => {
      worker = null
      for (const asker of waiting.values()) asker.reject(error)
      waiting.clear()
    })
    started.unref()
    return started
  }

  return {
    read(body, question) {
      if (body.byteLength <= inlineBytes) return readPayload(body, question)
      worker ??= start()
      const id = nextId++
      worker.postMessage({ id, body, question } satisfies ToPayloadThread)
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    async close() {
      await worker?.terminate()
    },
  }
}
