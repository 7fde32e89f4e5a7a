import { existsSync, readFileSync } from 'node:fs'

/** Of a process, on Linux; elsewhere it has none. */
export function childrenOf(pid: number): number[] {
  const file = `/proc/${pid}/task/${pid}/children`
  return existsSync(file) ? readFileSync(file, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

/** Nothing happens if it has ended meanwhile. */
export function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // As said.
  }
}

/** One that has ended and that nobody has asked about yet is not there any more. */
export function isThere(pid: number): boolean {
  const file = `/proc/${pid}/stat`
  try {
    return !/\) [ZX] /.test(readFileSync(file, 'utf8'))
  } catch {
    return false
  }
}
