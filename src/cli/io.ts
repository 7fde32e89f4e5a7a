import type { Readable, Writable } from 'node:stream'
import type { Environment } from '../config/environment.ts'

/** Everything a command may touch besides files and the network, so that tests can hand it their own. */
export interface Io {
  readonly stdin: Readable
  readonly stdout: Writable
  readonly stderr: Writable
  readonly env: Environment
  readonly cwd: string
  /** Unix milliseconds. */
  readonly now: () => number
}

export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process
  return { stdin, stdout, stderr, env, cwd: process.cwd(), now: Date.now }
}
