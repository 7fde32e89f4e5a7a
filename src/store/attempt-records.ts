import type { AttemptRecord, Settlement } from './types.ts'

/**
 * Whether an attempt gets a record of its own: a delivered one of which no answer is kept does not, since the delivery
 * says all of it, and one that was given back only if it says something of itself.
 */
export function isRecorded({ outcome, record }: Settlement): boolean {
  if (outcome === 'released' || outcome === 'deferred') return record !== undefined
  return outcome !== 'done' || !isBare(record)
}

function isBare(record: AttemptRecord | undefined): boolean {
  return record === undefined || (record.responseHeaders.length === 0 && record.responseBody === null)
}
