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
  /**
   * Has the command told of Ctrl-C, and of being asked to end, instead of the process ending at once.
   * @returns takes it back
   */
  onInterrupt(listener: () => void): () => void
}

export function processIo(): Io {
  const { stdin, stdout, stderr, env } = process
  return { stdin, stdout, stderr, env, cwd: process.cwd(), now: Date.now, onInterrupt }
}

/** A terminal that is closed is an end too. */
const interrupts = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

function onInterrupt(listener: () => void): () => void {
  for (const signal of interrupts) process.on(signal, listener)
  return () => {
    for (const signal of interrupts) process.off(signal, listener)
  }
}

/** Whether a stream is a terminal. */
export function isTerminal(stream: Readable | Writable): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}
