import { type Command, InvalidArgumentError, Option } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { momentHelp, momentOf } from '../api/moment.ts'
import { integerOf, urlOf, wordOf } from '../arguments.ts'
import type { ExplainOptions } from '../explain/options.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn explain <request>`: why is it rejected? */
export function addExplain(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('explain')
    .summary('say why a request is rejected, and what to do')
    .description(
      'Looks into one request and says in one sentence why its signature does not fit: another secret, white space in the ' +
        'secret, a body that something on the way wrote anew, another URL, a wrong time … The request is a file (a raw HTTP ' +
        'request, a command for curl, or an HTTP archive), a command for curl itself in quotes, or the id of a request that a ' +
        'gateway has rejected (rej_…) or taken (evt_…). Secrets are read as the gateway reads them, and never shown.',
    )
    .argument('<request>', 'a file, "-" for standard input, "curl …", rej_… or evt_…')
    .optionsGroup('What it is judged by:')
    .option('--source <name>', 'the source that it is for, where its path does not say so', wordOf)
    .option('--provider <name>', 'whose signatures, where no setting says so', wordOf)
    .option('--secret-file <path>', 'a file with the secret, or the public key; "-" is standard input')
    .addOption(new Option('--public-url <url>', 'what the gateway has as PUBLIC_URL').argParser(publicUrlOf))
    .addOption(
      new Option('--received <time>', `when it came, or its signed time is not judged: ${momentHelp}`).argParser(
        (text) => momentOf(text, io.now()),
      ),
    )
    .addOption(new Option('--entry <n>', 'which request of an HTTP archive, from 1').argParser(integerOf(1, 100_000)))
    .optionsGroup('Output:')
    .option('--json', 'print JSON')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

The secrets: the variables that the gateway reads (STRIPE_WEBHOOK_SECRET, WEBHOOK_SECRET …), from the environment or from
.env here, and its configuration file; or --secret-file.

Exit codes: 0 genuine, 1 rejected, and why, 2 the command line or the file makes no sense, 3 nobody answered.

Examples:
  posthorn explain rej_0akwhwn5g00 --url https://hooks.example.com
  posthorn explain request.http                              a raw request, saved with its headers
  posthorn explain request.http --provider stripe --secret-file stripe.secret
  posthorn explain "$(pbpaste)"                              "Copy as cURL" of a browser or a dashboard
  posthorn explain session.har --entry 3 --json | jq -r .cause`,
    )
    .action(async (request: string, options: ExplainOptions) => {
      const { explain } = await import('../explain/explain.ts')
      exit(await explain(io, request, options))
    })
}

function publicUrlOf(text: string): string {
  const url = urlOf(text)
  if (url.search !== '') throw new InvalidArgumentError('Give it without a query, as the gateway has it.')
  return url.href.replace(/\/+$/, '')
}
