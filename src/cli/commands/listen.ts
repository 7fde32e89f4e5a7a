import { type Command, InvalidArgumentError, Option } from 'commander'
import { isAddableHeader } from '../../delivery/headers.ts'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { addSelectionOptions, idBefore, sinceHelp } from '../api/selection.ts'
import { headersOf, integerOf, secondsOf, urlOf } from '../arguments.ts'
import type { ListenOptions } from '../listen/options.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn listen`: a deployed gateway's events on a developer's machine. */
export function addListen(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('listen')
    .summary('have the events of a gateway sent to this machine, too')
    .description(
      'Streams the events of a gateway to a program on this machine, each with its exact bytes and headers. The gateway ' +
        'delivers as it did: listening changes nothing there, and everybody who listens gets a copy of their own. On a ' +
        'terminal it is a live list in which events can be looked at and sent again.',
    )
    .addOption(
      new Option('--forward-to <url>', 'where events are posted, such as http://localhost:4000/hooks, or 4000/hooks')
        .argParser(targetOf)
        .makeOptionMandatory(),
    )
    .optionsGroup('Which:')
  addSelectionOptions(command)
    .option('--filter <json|path>', 'a filter as destinations have it, over body and headers: JSON, or a file with it')
    .addOption(new Option('--since <time|id>', sinceHelp).argParser((text) => idBefore(text, io.now())))
    .option('--resume', 'go on where the last one stopped that had the same gateway and target, or the same --cursor')
    .addOption(new Option('--cursor <name>', 'keep that place under this name').argParser(cursorOf))
    .optionsGroup('How:')
    .option(
      '--secret-file <path>',
      'sign as the gateway signs, with the FORWARD_SECRET in this file; "-" is standard input',
    )
    .option('--unsigned', 'sign nothing, even if FORWARD_SECRET is set')
    .addOption(
      new Option('--header <"name: value">', 'one more header; can be given several times').argParser(addedHeadersOf),
    )
    .option('--retry', 'while nothing listens at the target, wait and try again instead of going on to the next event')
    .addOption(new Option('--timeout <seconds>', 'how long to wait for an answer').argParser(secondsOf).default(30))
    .addOption(
      new Option('--concurrency <n>', 'how many at once; 1 keeps their order').argParser(integerOf(1, 50)).default(1),
    )
    .optionsGroup('Output:')
    .option('--lines', 'a line for each event instead of the live list')
    .option('--json', 'print JSON, one event per line')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Signing: with --secret-file, or FORWARD_SECRET from the environment or from .env here, requests carry Standard Webhooks
headers, as a destination's do. Without, only what the sender sent. Tokens that the gateway hides are left out.

Keys: ↑ ↓ or j k move, r sends again, d or Enter shows all of it, o opens the console, f holds events back, c clears, q ends.

Examples:
  posthorn listen --url https://hooks.example.com --forward-to http://localhost:4000/hooks
  posthorn listen --forward-to 4000 --source stripe --type "invoice.*"
  posthorn listen --forward-to 4000 --since 1h             with what came in the last hour
  posthorn listen --forward-to 4000 --resume               and with all that came since the last time
  posthorn listen --forward-to 4000 --filter '{"body.amount":{"$gt":1000}}'
  posthorn listen --forward-to 4000 --json > events.jsonl`,
    )
    .action(async (options: ListenOptions) => {
      const { listen } = await import('../listen/listen.ts')
      exit(await listen(io, options))
    })
}

/** A URL reads a number alone as an address: 4000 would be 0.0.15.160. */
function targetOf(text: string): URL {
  const [, port, path = ''] = /^:?(\d{1,5})(\/.*)?$/.exec(text) ?? []
  return urlOf(port === undefined ? text : `http://localhost:${port}${path}`)
}

function cursorOf(text: string): string {
  if (/^[a-z0-9][a-z0-9._-]{0,63}$/i.test(text)) return text
  throw new InvalidArgumentError('A name is letters, digits, dots, dashes and underscores, at most 64.')
}

function addedHeadersOf(text: string, before?: readonly (readonly [string, string])[]) {
  const headers = headersOf(text, before)
  const [name = ''] = headers.at(-1) ?? []
  if (isAddableHeader(name)) return headers
  throw new InvalidArgumentError(`${name} is made for each request and cannot be given.`)
}
