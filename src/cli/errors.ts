import { type ExitCode, exitCodes } from './exit-codes.ts'

/** What ends a command: one sentence that names what is wrong, and what to do about it. Never holds a secret. */
export class CliError extends Error {
  override readonly name = 'CliError'
  readonly exitCode: ExitCode
  readonly advice: string | null

  constructor(message: string, advice: string | null = null, exitCode: ExitCode = exitCodes.usage) {
    super(message)
    this.advice = advice
    this.exitCode = exitCode
  }
}
