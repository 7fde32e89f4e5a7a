import { Command, CommanderError } from 'commander'
import { version } from '../version.ts'
import { addCompletion } from './commands/completion.ts'
import { addDestinations } from './commands/destinations.ts'
import { addDoctor } from './commands/doctor.ts'
import { addEvents } from './commands/events.ts'
import { addExplain } from './commands/explain.ts'
import { addJobs } from './commands/jobs.ts'
import { addListen } from './commands/listen.ts'
import { addMigrate } from './commands/migrate.ts'
import { addProviders } from './commands/providers.ts'
import { addRejections } from './commands/rejections.ts'
import { addRelease } from './commands/release.ts'
import { addDiscard, addReplay } from './commands/replay.ts'
import { addSend } from './commands/send.ts'
import { addSettings } from './commands/settings.ts'
import { addSources } from './commands/sources.ts'
import { addStart } from './commands/start.ts'
import { addStatus } from './commands/status.ts'
import { addTail } from './commands/tail.ts'
import { CliError } from './errors.ts'
import { type ExitCode, exitCodes } from './exit-codes.ts'
import type { Io } from './io.ts'

/** What a command needs besides its own arguments. */
export interface CommandContext {
  readonly io: Io
  /** The command's result, once it has one. */
  exit(code: ExitCode): void
}

const after = `
Exit codes:
  0  as it should be      1  not as it should be, or nothing found
  2  wrong command line   3  nobody could be reached

Examples:
  posthorn start                               run the gateway
  posthorn providers pay                       which senders have "pay" in their name?
  posthorn providers stripe                    all about one
  posthorn send stripe                         post a signed sample event to the gateway on this machine
  posthorn send github --fault wrong-secret    … and one that must be rejected
  posthorn listen --forward-to 4000/hooks      have its events sent to localhost:4000, too
  posthorn status                              how is it doing?
  posthorn tail                                what does the gateway take?
  posthorn replay --state dead --from 2d       deliver again what is dead
  posthorn explain rej_0akwhwn5g00             why was this request rejected?
  posthorn release --source github             the cause is mended: take what was rejected for it
  posthorn doctor                              is this deployment as it should be?
  posthorn help send                           more about one command`

/** Runs one command line (without the program's own name) and returns the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<ExitCode> {
  let code: ExitCode = exitCodes.ok
  const program = createProgram({
    io,
    exit(given) {
      code = given
    },
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    // Commander has said what it had to say.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage
    if (!(error instanceof CliError)) throw error
    io.stderr.write(`posthorn: ${error.message}\n${error.advice === null ? '' : `${error.advice}\n`}`)
    return error.exitCode
  }
}

export function createProgram(context: CommandContext): Command {
  const { stdout, stderr } = context.io
  const program = new Command('posthorn')
    .description('Webhook gateway: every event verified, stored once before the 200, and handed on until it arrives.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .helpCommand('help [command]', 'print help for a command')
    .configureOutput({
      writeOut: (text) => void stdout.write(text),
      writeErr: (text) => void stderr.write(text),
      outputError: (text, write) => write(text.replace(/^error: /, 'posthorn: ')),
    })
    .showHelpAfterError('Try "posthorn --help", or "posthorn help <command>".')
    .addHelpText('after', after)
    .exitOverride()
  addStart(program)
  program.commandsGroup('Trying it out:')
  addSend(program, context)
  addListen(program, context)
  addProviders(program, context)
  program.commandsGroup('Looking at a gateway:')
  addStatus(program, context)
  addEvents(program, context)
  addTail(program, context)
  addRejections(program, context)
  addSources(program, context)
  addDestinations(program, context)
  addJobs(program, context)
  addSettings(program, context)
  program.commandsGroup('Delivering again:')
  addReplay(program, context)
  addDiscard(program, context)
  program.commandsGroup('Finding out what is wrong:')
  addExplain(program, context)
  addRelease(program, context)
  addDoctor(program, context)
  program.commandsGroup('Moving:')
  addMigrate(program, context)
  program.commandsGroup('Shell:')
  addCompletion(program, context)
  return program
}
