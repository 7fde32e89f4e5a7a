import { StoreUnavailableError } from '../errors.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlStates = {
  uniqueViolation: '23505',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  protocolViolation: '08P01',
  undefinedTable: '42P01',
} as const

/** The code that the server gave an error; null: it is not the server's. */
export function sqlState(error: unknown): string | null {
  const code = error instanceof Error && 'severity' in error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : null
}

/** Two transactions were in each other's way: this one was rolled back, and can be tried again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  return state === sqlStates.deadlockDetected || state === sqlStates.serializationFailure
}

/** Says what happened in one line, without anything that was sent. */
export function explain(error: unknown): StoreUnavailableError {
  const state = sqlState(error)
  const message = error instanceof Error && error.message !== '' ? error.message : codeOf(error)
  const text = `Postgres: ${message}${state === null ? '' : ` (${state})`}`
  return new StoreUnavailableError(text, { cause: error })
}

/** Node's errors of several addresses at once have no message of their own. */
function codeOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map((each) => codeOf(each)).join(', ')
  if (error instanceof Error) return error.message || ('code' in error ? String(error.code) : error.name)
  return String(error)
}
