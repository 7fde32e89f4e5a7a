import { readFileSync, statSync } from 'node:fs'

/**
 * The process that holds a lock on a file, where the system tells (Linux: https://man7.org/linux/man-pages/man5/proc_locks.5.html);
 * null: it does not, or that process is in another container.
 */
export function lockHolder(file: string): number | null {
  try {
    const { ino } = statSync(file)
    for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
      const [, pid, inode] = /\bWRITE\s+(\d+)\s+[\da-f]+:[\da-f]+:(\d+)\s/.exec(line) ?? []
      if (inode === String(ino) && Number(pid) > 0) return Number(pid)
    }
  } catch {
    // Not this system.
  }
  return null
}
