import type { NewRejection } from './types.ts'

/**
 * Rejected requests on their way to the writing thread. They go with a commit that no event waits for, a few at a time, so
 * that an event which comes meanwhile does not wait for long; what does not fit is dropped.
 */
export interface RejectionQueue {
  /** Resolves with how many were written. */
  add(rejections: readonly NewRejection[]): Promise<number>
  /** Some to be written now; null: none wait. */
  take(): RejectionBatch | null
  isEmpty(): boolean
  /** Drops what waits. */
  clear(): void
}

export interface RejectionBatch {
  readonly rejections: readonly NewRejection[]
  settle(written: boolean): void
}

interface Waiting {
  readonly rejection: NewRejection
  readonly bytes: number
  resolve(written: boolean): void
}

const maxWaiting = 256
const maxWaitingBytes = 8 * 1024 * 1024
const maxTaken = 64
const maxTakenBytes = 1024 * 1024

export function createRejectionQueue(): RejectionQueue {
  let waiting: Waiting[] = []
  let waitingBytes = 0

  function put(rejection: NewRejection): boolean | Promise<boolean> {
    const bytes = rejection.body?.byteLength ?? 0
    if (waiting.length >= maxWaiting || waitingBytes + bytes > maxWaitingBytes) return false
    waitingBytes += bytes
    return new Promise((resolve) => waiting.push({ rejection, bytes, resolve }))
  }

  return {
    async add(rejections) {
      const written = await Promise.all(rejections.map(put))
      return written.filter(Boolean).length
    },
    take() {
      let [count, taken] = [0, 0]
      for (const { bytes } of waiting) {
        if (count === maxTaken || (count > 0 && taken + bytes > maxTakenBytes)) break
        taken += bytes
        count++
      }
      if (count === 0) return null
      const batch = waiting.splice(0, count)
      waitingBytes -= taken
      return {
        rejections: batch.map(({ rejection }) => rejection),
        settle(written) {
          for (const { resolve } of batch) resolve(written)
        },
      }
    },
    isEmpty: () => waiting.length === 0,
    clear() {
      for (const { resolve } of waiting) resolve(false)
      waiting = []
      waitingBytes = 0
    },
  }
}
