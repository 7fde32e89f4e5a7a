import type { Worker } from 'node:worker_threads'
import type { FilterVerdict } from '../delivery/filter.ts'
import { startWorker } from '../start-worker.ts'
import type { SignedRequest, Verdict } from '../verification/types.ts'
import type { BodyThreadData, FromBodyThread, ToBodyThread } from './body-thread.ts'
import type { PayloadAnswer, PayloadQuestion } from './payload.ts'

/** A thread for what takes long on a large body. Bodies in shared memory reach it without being copied. */
export interface BodyWorker {
  /** Starts the thread, so that it is ready by the time the body is here. */
  prepare(): void
  /** As the source's own verifier would, with the secrets that its sender brought. Rejects when the thread dies. */
  verify(source: string, request: SignedRequest, nowMs: number, brought?: readonly string[]): Promise<Verdict>
  /** As `readPayload`. Rejects when the thread dies. */
  read(body: Buffer, question: PayloadQuestion): Promise<PayloadAnswer>
  /** What the filters of these destinations say of an event, in their order. Rejects when the thread dies. */
  filter(
    destinations: readonly string[],
    headers: Readonly<Record<string, string>>,
    body: Buffer,
    contentType: string | undefined,
  ): Promise<readonly FilterVerdict[]>
  close(): Promise<void>
}

/** The thread is started by the first call. */
export function createBodyWorker(data: BodyThreadData): BodyWorker {
  const verdicts = createWaiting<Verdict>()
  const payloads = createWaiting<PayloadAnswer>()
  const selections = createWaiting<readonly FilterVerdict[]>()
  let worker: Worker | null = null
  let nextId = 0

  function start(): Worker {
    const started = startWorker('body-thread', import.meta.url, data)
    started.on('message', (message: FromBodyThread) => {
      if (message.task === 'verify') verdicts.resolve(message.id, message.answer)
      else if (message.task === 'read') payloads.resolve(message.id, message.answer)
      else selections.resolve(message.id, message.answer)
    })
    // Most likely out of memory: those who wait are refused (and sent again), the next one gets a new thread.
    started.on('error', (error) => {
      worker = null
      verdicts.rejectAll(error)
      payloads.rejectAll(error)
      selections.rejectAll(error)
    })
    started.unref()
    return started
  }

  function ask(message: ToBodyThread): void {
    worker ??= start()
    worker.postMessage(message)
  }

  return {
    prepare() {
      worker ??= start()
    },
    verify(source, request, nowMs, brought = []) {
      const id = nextId++
      ask({ id, task: 'verify', source, request, nowMs, brought })
      return verdicts.add(id)
    },
    read(body, question) {
      const id = nextId++
      ask({ id, task: 'read', body, question })
      return payloads.add(id)
    },
    filter(destinations, headers, body, contentType) {
      const id = nextId++
      ask({ id, task: 'filter', destinations, headers: { ...headers }, body, contentType })
      return selections.add(id)
    },
    async close() {
      await worker?.terminate()
    },
  }
}

interface Waiting<Answer> {
  add(id: number): Promise<Answer>
  resolve(id: number, answer: Answer): void
  rejectAll(error: Error): void
}

function createWaiting<Answer>(): Waiting<Answer> {
  const askers = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>()
  return {
    add: (id) => new Promise((resolve, reject) => askers.set(id, { resolve, reject })),
    resolve(id, answer) {
      askers.get(id)?.resolve(answer)
      askers.delete(id)
    },
    rejectAll(error) {
      for (const asker of askers.values()) asker.reject(error)
      askers.clear()
    },
  }
}
