/** A system call that only SQLite makes from the threads it runs in. */
export type Call = 'fsync' | 'pwrite64'

/**
 * Starts a program under strace, which makes chosen system calls fail, wait or lie. SQLite on Node 24 writes with
 * `pwrite64` and syncs with `fsync`, from threads that call neither for anything else; strace counts the calls of each
 * thread apart.
 * (https://man7.org/linux/man-pages/man1/strace.1.html, "Tampering")
 *
 * @param call the system call
 * @param tampering what becomes of which calls: `error=EIO:when=12+`
 * @param trace file that the tampered calls are listed in
 */
export function strace(call: Call, tampering: string, trace: string): readonly string[] {
  return ['strace', '-f', '-qq', '--seccomp-bpf', '-o', trace, '-e', 'signal=none', '-e', `trace=${call}`].concat(
    '-e',
    `inject=${call}:${tampering}`,
  )
}
