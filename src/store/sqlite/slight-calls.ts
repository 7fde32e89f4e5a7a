import type { WriterCall, WriterReturn } from './writer-calls.ts'

const slight: ReadonlySet<WriterCall['do']> = new Set(['destinations', 'find', 'flushCounts', 'note', 'notes', 'probe'])

/** Whether a call left next to nothing in the log: what a gateway does while it rests. */
export function isSlight(call: WriterCall, returned: WriterReturn): boolean {
  if (slight.has(call.do)) return true
  if (typeof returned !== 'object' || returned === null) return false
  if ('leases' in returned) return returned.leases.length === 0
  return 'cursor' in returned && returned.payloads + returned.events === 0
}
