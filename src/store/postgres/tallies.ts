import type { Settlement } from '../types.ts'

/**
 * Counts for plots: each replica keeps its own in memory and adds them to the tables about once a second, since a row
 * that every commit of every replica updates would make them wait for each other.
 */
export interface Tallies {
  accepted(source: string, kind: number, seq: number, bytes: number): void
  duplicate(source: string, kind: number, now: number): void
  /** `destination` by its number. */
  attempt(destination: number, outcome: Settlement['outcome'], now: number): void
  rejected(source: string | null, cause: string, count: number, now: number): void
  /** Writes what this process has counted so far. @throws {StoreUnavailableError} and keeps the counts */
  flush(): Promise<void>
}
