import type { BodyWorker } from './body-worker.ts'
import { type PayloadAnswer, type PayloadQuestion, readPayload } from './payload.ts'

/** Up to this size reading takes less time than asking a thread: half a millisecond at most. */
const inlineBytes = 64 * 1024

/** At once for small bodies; large ones are read by a thread so that the event loop goes on. */
export type PayloadReader = (body: Buffer, question: PayloadQuestion) => PayloadAnswer | Promise<PayloadAnswer>

export function createPayloadReader(worker: Pick<BodyWorker, 'read'>): PayloadReader {
  return (body, question) =>
    body.byteLength <= inlineBytes ? readPayload(body, question) : worker.read(body, question)
}
