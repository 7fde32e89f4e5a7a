/** What a script can rely on; docs/cli.md lists them. */
export const exitCodes = {
  /** Everything was as it should be. */
  ok: 0,
  /** The command ran, and what it saw is not what it should have seen; or it found nothing. */
  unexpected: 1,
  /** The command line, a file or a secret makes no sense; nothing was sent. */
  usage: 2,
  /** Nobody could be reached. */
  unreachable: 3,
} as const

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes]
