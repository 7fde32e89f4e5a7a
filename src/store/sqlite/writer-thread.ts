import { parentPort, workerData } from 'node:worker_threads'
import { type PackedBatch, unpackEvents } from './packing.ts'
import { type BatchResult, openWriter, type WriterOptions } from './writer.ts'
import type { WriterCall } from './writer-calls.ts'

/** The thread that owns the writing connection: a slow disk holds up this thread and no other. */
export type ToWriter =
  | {
      readonly kind: 'batch'
      readonly events: PackedBatch
      readonly calls: readonly WriterCall[]
      readonly now: number
    }
  | { readonly kind: 'restartLog' }
  | { readonly kind: 'close' }

export type FromWriter =
  | { readonly kind: 'opened' }
  | { readonly kind: 'refused'; readonly error: string }
  | { readonly kind: 'batch'; readonly result: BatchResult }
  | { readonly kind: 'closed' }

if (parentPort !== null) serve(parentPort, workerData)

function serve(port: NonNullable<typeof parentPort>, options: WriterOptions): void {
  const post = (message: FromWriter, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  try {
    const writer = openWriter(options)
    port.on('message', (message: ToWriter) => {
      if (message.kind === 'batch') {
        const result = writer.run(unpackEvents(message.events), message.calls, message.now)
        post({ kind: 'batch', result }, claimedBodies(result))
      } else if (message.kind === 'restartLog') {
        writer.restartLog()
      } else {
        writer.close()
        post({ kind: 'closed' })
        port.close()
      }
    })
    post({ kind: 'opened' })
  } catch (error) {
    post({ kind: 'refused', error: error instanceof Error ? error.message : String(error) })
    port.close()
  }
}

/** Bodies that go to the dispatcher are handed over, not copied. */
function claimedBodies({ calls }: BatchResult): ArrayBuffer[] {
  const bodies: ArrayBuffer[] = []
  for (const call of calls) {
    if (!call.ok || typeof call.value !== 'object' || call.value === null || !('leases' in call.value)) continue
    for (const { event } of call.value.leases)
      if (event.body?.buffer instanceof ArrayBuffer) bodies.push(event.body.buffer)
  }
  return bodies
}
