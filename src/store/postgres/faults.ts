import { StoreUnavailableError } from '../errors.ts'

/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
export const sqlStates = {
  uniqueViolation: '23505',
  readOnly: '25006',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  noSuchDatabase: '3D000',
} as const

/** Classes of errors that a value causes, which would come again with the same value: data, constraint, limit. */
const ofValues = ['22', '23', '54']

/** The code that the server gave an error, or the error that it was made of; null: it is not the server's. */
export function sqlState(error: unknown): string | null {
  if (error instanceof StoreUnavailableError) return sqlState(error.cause)
  const code = error instanceof Error && 'severity' in error && 'code' in error ? error.code : null
  return typeof code === 'string' ? code : null
}

/** Two transactions were in each other's way: this one was rolled back, and can be tried again. */
export function isTransient(error: unknown): boolean {
  const state = sqlState(error)
  return state === sqlStates.deadlockDetected || state === sqlStates.serializationFailure
}

/** The connection is no good any more, whatever the server said: it leads to a server that is only read, or has ended. */
export function isLost(error: unknown): boolean {
  const ofServer = error instanceof Error && 'severity' in error && error.severity === 'ERROR'
  return !ofServer || sqlState(error) === sqlStates.readOnly
}

/** Two replicas gave the same sequence number: with the next look at the greatest one they will not. */
export function isTakenNumber(error: unknown): boolean {
  return sqlState(error) === sqlStates.uniqueViolation
}

/** What was to be stored is to blame, not the server: among many, it may be one only. */
export function isOfOneRow(error: unknown): boolean {
  const state = sqlState(error)
  return state !== null && ofValues.includes(state.slice(0, 2))
}

/** Says what happened in one line, without anything that was sent. */
export function explain(error: unknown): StoreUnavailableError {
  const state = sqlState(error)
  return new StoreUnavailableError(`Postgres: ${wordsOf(error)}${state === null ? '' : ` (${state})`}`, {
    cause: error,
  })
}

/** Node's errors of several addresses at once have no message of their own. */
export function wordsOf(error: unknown): string {
  if (error instanceof AggregateError && error.message === '') return error.errors.map(wordsOf).join(', ')
  if (!(error instanceof Error)) return String(error)
  return error.message || ('code' in error ? String(error.code) : error.name)
}
