import type { Worker } from 'node:worker_threads'
import { needsKeys } from '../events/source-verifier.ts'
import type { KeyService } from '../keys/service.ts'
import { startWorker } from '../start-worker.ts'
import type { FromDiagnosisThread, ToDiagnosisThread } from './diagnosis-thread.ts'
import type { Diagnosis, Knowledge, Subject } from './types.ts'

/** Explains requests beside the event loop. */
export interface Diagnoser {
  /** Rejects when the thread dies. */
  diagnose(subject: Subject, knowledge: Knowledge): Promise<Diagnosis>
  close(): Promise<void>
}

/** The thread ends when nobody has asked anything for so long. */
const idleMs = 30_000

/**
 * Started by the first question. Keys that senders publish are here and not in the thread: requests of such sources are
 * small, and are explained on the event loop.
 */
export function createDiagnoser(keys: KeyService | null): Diagnoser {
  const waiting = new Map<number, { resolve(diagnosis: Diagnosis): void; reject(error: Error): void }>()
  let worker: Worker | null = null
  let idle: NodeJS.Timeout | null = null
  let nextId = 0

  function start(): Worker {
    const started = startWorker('diagnosis-thread', import.meta.url)
    started.on('message', (message: FromDiagnosisThread) => {
      const asker = waiting.get(message.id)
      waiting.delete(message.id)
      if ('diagnosis' in message) asker?.resolve(message.diagnosis)
      else asker?.reject(new Error(message.error))
      if (waiting.size === 0) rest(started)
    })
    started.on('error', (error) => {
      worker = null
      for (const asker of waiting.values()) asker.reject(error)
      waiting.clear()
    })
    started.unref()
    return started
  }

  function rest(started: Worker): void {
    idle = setTimeout(() => {
      if (waiting.size > 0 || worker !== started) return
      worker = null
      void started.terminate()
    }, idleMs)
    idle.unref()
  }

  return {
    async diagnose(subject, knowledge) {
      const source = knowledge.sources.find(({ name }) => name === subject.source)
      if (keys !== null && source !== undefined && needsKeys(source)) {
        const { diagnose } = await import('./diagnose.ts')
        return diagnose(subject, knowledge, keys)
      }
      if (idle !== null) clearTimeout(idle)
      worker ??= start()
      const id = nextId++
      const message: ToDiagnosisThread = { id, subject, knowledge }
      worker.postMessage(message)
      return new Promise((resolve, reject) => waiting.set(id, { resolve, reject }))
    },
    async close() {
      if (idle !== null) clearTimeout(idle)
      const open = worker
      worker = null
      for (const asker of waiting.values()) asker.reject(new Error('the gateway is closing'))
      waiting.clear()
      await open?.terminate()
    },
  }
}
