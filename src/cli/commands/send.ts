import { type Command, InvalidArgumentError, Option } from 'commander'
import { defaultCopies, faultNames } from '../../signing/faults.ts'
import { headersOf, integerOf, secondsOf, urlOf, wordOf } from '../arguments.ts'
import type { CommandContext } from '../program.ts'
import { faultMeanings, type SendOptions } from '../send/options.ts'

/** `posthorn send <provider>`: a signed event, or one that is wrong on purpose. */
export function addSend(program: Command, { io, exit }: CommandContext): void {
  program
    .command('send')
    .summary('post a signed sample event, or one that must be rejected, to any URL')
    .description(
      'Signs a sample event exactly as that sender does and posts it, to the gateway on this machine or to any URL, then ' +
        'says whether the answer is what it should be. "posthorn providers" lists the senders; "generic" is one of your own.',
    )
    .argument('<provider>', 'whose signatures')
    .optionsGroup('Where to:')
    .addOption(
      new Option('--url <url>', 'where to post; without it http://localhost:3000/webhook/<source>').argParser(urlOf),
    )
    .addOption(
      new Option('--source <name>', 'the source, where it has another name than the provider').argParser(sourceOf),
    )
    .addOption(
      new Option('--public-url <url>', 'what the gateway has as PUBLIC_URL, for senders that sign the URL').argParser(
        publicUrlOf,
      ),
    )
    .optionsGroup('Signed with:')
    .option('--secret-file <path>', 'a file with the secret, or the private key; "-" is standard input')
    .option('--secret <text>', 'the secret itself; it stays in the history of the shell')
    .option('--scheme <name>', 'which of its schemes, where it has several ("posthorn providers <name>" lists them)')
    .option('--unsigned', 'sign nothing: for a gateway without any secret')
    .option(
      '--generate-key <path>',
      'make a secret or a key pair, write it to this new file, print what to configure; send nothing',
    )
    .optionsGroup('What:')
    .addOption(new Option('--event <type>', 'the type of the event').argParser(wordOf))
    .addOption(new Option('--id <id>', 'its id; without it a new one each time').argParser(wordOf))
    .option('--data <json|path|->', 'the payload: JSON, a file, or standard input')
    .addOption(
      new Option('--header <"name: value">', 'one more header; can be given several times').argParser(headersOf),
    )
    .optionsGroup('How:')
    .addOption(new Option('--fault <name>', 'make something wrong on purpose, see below').choices([...faultNames]))
    .addOption(new Option('--count <n>', 'how many events').argParser(integerOf(1, 100_000)).default(1))
    .addOption(
      new Option(
        '--concurrency <n>',
        `how many at once; with concurrent-duplicates, how many copies (${defaultCopies})`,
      ).argParser(integerOf(1, 1000)),
    )
    .addOption(new Option('--timeout <seconds>', 'how long to wait for an answer').argParser(secondsOf).default(30))
    .addOption(new Option('--drip <seconds>', 'over how long "slow" spreads the body').argParser(secondsOf).default(2))
    .optionsGroup('Output:')
    .option('--show', 'print each request as a command for curl, too')
    .option('--dry-run', 'only print it; send nothing')
    .option('--json', 'print JSON')
    .addHelpText('after', helpAfter())
    .action(async (name: string, options: SendOptions) => {
      // Loaded here: who starts a gateway, or asks for help, needs none of it.
      const { send } = await import('../send/send.ts')
      exit(await send(io, name, options))
    })
}

function publicUrlOf(text: string): string {
  const url = urlOf(text)
  if (url.search !== '') throw new InvalidArgumentError('Give it without a query, as the gateway has it.')
  return url.href.replace(/\/+$/, '')
}

function sourceOf(text: string): string {
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(text) && text.length <= 64) return text
  throw new InvalidArgumentError('A source is lower-case letters and digits, joined by single dashes.')
}

function helpAfter(): string {
  const width = Math.max(...faultNames.map((name) => name.length))
  const faults = faultNames.map((name) => `  ${name.padEnd(width)}  ${faultMeanings[name]}`).join('\n')
  return `
Faults:
${faults}

The secret: --secret-file or --secret, else the variable that the gateway reads it from (STRIPE_WEBHOOK_SECRET;
WEBHOOK_SECRET for generic), from the environment or from .env here.

Exit codes: 0 the answers are as they should be, 1 they are not, 2 the command line makes no sense, 3 nobody answered.

Examples:
  posthorn send stripe                                    a signed invoice.paid
  posthorn send generic --event order.created --data '{"id":"evt_1","total":42}'
  posthorn send github --event issues --data issue.json
  posthorn send shopify --url http://localhost:4000/hooks --secret-file shopify.secret
  posthorn send slack --fault stale                       must be 401 "Request expired."
  posthorn send stripe --fault concurrent-duplicates --concurrency 50
  posthorn send twilio --dry-run                          the request as a command for curl
  posthorn send sendgrid --generate-key key.pem           a key pair to try a sender with that signs with one`
}
