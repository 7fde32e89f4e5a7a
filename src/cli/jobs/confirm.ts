import { CliError } from '../errors.ts'
import { type Io, isTerminal } from '../io.ts'
import { ask } from './ask.ts'

/**
 * Asks before much is changed.
 *
 * @param unasked what would be done, for where nobody can be asked: that is a `CliError`
 */
export async function confirm(io: Io, question: string, unasked: string): Promise<boolean> {
  if (!isTerminal(io.stdin) || !isTerminal(io.stderr)) {
    throw new CliError(
      `${unasked}, and nobody is there to ask`,
      'Give --yes to have it done, or --dry-run to count only.',
    )
  }
  return /^y(?:es)?$/i.test((await ask(io, `${question} [y/N] `)) ?? '')
}
