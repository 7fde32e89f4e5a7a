import type { Dispatcher } from 'undici'
import { oneLine } from './one-line.ts'
import type { KeptAnswer } from './types.ts'

type Answer = Dispatcher.ResponseData

/** Of a refusal so much is kept, in bytes: what a destination says is how its operator finds the fault. */
const refusalBytes = 64 * 1024
/** Of a success only so much, since there is one for every event. */
const successBytes = 1024
/** How much of any answer is read so that the connection can be used again. */
const readBytes = 64 * 1024

const EXCERPT_LENGTH = 200

/** Would be a credential for the destination in the operator's view. */
const hidden = 'set-cookie'

/*
 * The status has been heard when an answer is read, and decides alone: an answer that is too long, too slow or cut off
 * changes nothing, its connection is only not used again.
 */

/** Reads an answer up to its limit; null for a success that says nothing. */
export async function readAnswer({ statusCode, headers, body }: Answer): Promise<KeptAnswer | null> {
  const succeeded = statusCode >= 200 && statusCode < 300
  if (succeeded && (statusCode === 204 || headers['content-length'] === '0')) {
    await body.dump({ limit: readBytes })
    return null
  }
  const bytes = await beginningOf(body, succeeded ? successBytes : refusalBytes)
  return succeeded && bytes.byteLength === 0 ? null : { headers: flatten(headers), body: bytes }
}

/** The beginning of an answer as one line for people; empty when it says nothing. */
export function excerptOf({ body }: KeptAnswer): string {
  return oneLine(Buffer.from(body.subarray(0, EXCERPT_LENGTH * 4)).toString('utf8'), EXCERPT_LENGTH)
}

async function beginningOf(body: Answer['body'], limit: number): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let kept = 0
  let read = 0
  try {
    for await (const chunk of body) {
      if (!Buffer.isBuffer(chunk)) break
      if (kept < limit) chunks.push(chunk.subarray(0, limit - kept))
      kept = Math.min(limit, kept + chunk.length)
      read += chunk.length
      if (read > readBytes) break
    }
  } catch {
    // See above.
  }
  return Buffer.concat(chunks)
}

function flatten(headers: Answer['headers']): readonly string[] {
  return Object.entries(headers).flatMap(([name, value = '']) =>
    name === hidden ? [] : (Array.isArray(value) ? value : [value]).flatMap((one) => [name, one]),
  )
}
