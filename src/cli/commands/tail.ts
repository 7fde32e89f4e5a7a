import { type Command, Option } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { addSelectionOptions, idBefore, sinceHelp } from '../api/selection.ts'
import { integerOf } from '../arguments.ts'
import type { CommandContext } from '../program.ts'
import type { TailOptions } from '../tail/tail.ts'

/** `posthorn tail`: events as they come. */
export function addTail(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('tail')
    .summary('print events as a gateway takes them')
    .description(
      'Prints a line for each event as the gateway stores it, until Ctrl-C. A connection that breaks is made again, and ' +
        'goes on where it broke, so that no event is missed.',
    )
    .optionsGroup('Which:')
  addSelectionOptions(command)
    .addOption(new Option('--since <time|id>', sinceHelp).argParser((text) => idBefore(text, io.now())))
    .addOption(new Option('--limit <n>', 'end after so many').argParser(integerOf(1, 10_000_000)))
    .optionsGroup('Output:')
    .option('--json', 'print JSON, one event per line')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Examples:
  posthorn tail                                        everything, from now on
  posthorn tail --source stripe --type "invoice.*"
  posthorn tail --since 10m                            with what came in the last ten minutes
  posthorn tail --limit 1 --type order.created         wait for one
  posthorn tail --json | jq -r '"\\(.source) \\(.type)"'`,
    )
    .action(async (options: TailOptions) => {
      const { tail } = await import('../tail/tail.ts')
      exit(await tail(io, options))
    })
}
