import type { Answer } from './exchange.ts'
import { oneLine } from './one-line.ts'
import type { KeptAnswer } from './types.ts'

/** Of a refusal so much is kept, in bytes: what a destination says is how its operator finds the fault. */
const refusalBytes = 64 * 1024
/** Of a success only so much, since there is one for every event. */
const successBytes = 1024

const EXCERPT_LENGTH = 200

/** Would be a credential for the destination in the operator's view. */
const hidden = 'set-cookie'

/** How many bytes of an answer's body are kept. */
export function keptBytes(status: number): number {
  return succeeds(status) ? successBytes : refusalBytes
}

/** What is recorded of an answer; null for a success that says nothing. */
export function keptOf({ status, headers, body }: Answer): KeptAnswer | null {
  return succeeds(status) && body.byteLength === 0 ? null : { headers: flatten(headers), body }
}

/** The beginning of an answer as one line for people; empty when it says nothing. */
export function excerptOf({ body }: KeptAnswer): string {
  return oneLine(Buffer.from(body.subarray(0, EXCERPT_LENGTH * 4)).toString('utf8'), EXCERPT_LENGTH)
}

export function succeeds(status: number): boolean {
  return status >= 200 && status < 300
}

function flatten(headers: Answer['headers']): readonly string[] {
  return Object.entries(headers).flatMap(([name, value = '']) =>
    name === hidden ? [] : (Array.isArray(value) ? value : [value]).flatMap((one) => [name, one]),
  )
}
