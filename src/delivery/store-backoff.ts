const FIRST_MS = 100
const LONGEST_MS = 5_000

/** How long to leave a failing store alone, in milliseconds, after so many failures in a row. */
export function storeBackoff(failures: number): number {
  return Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
}
