import { type Command, Option } from 'commander'
import { eventStatuses } from '../../operator/states.ts'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { isoMomentOf, momentHelp } from '../api/moment.ts'
import { integerOf, wordOf } from '../arguments.ts'
import type { EventsOptions } from '../events/options.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn events [id]`: what the gateway has taken. */
export function addEvents(program: Command, { io, exit }: CommandContext): void {
  const moment = isoMomentOf(io.now)
  const command = program
    .command('events')
    .summary('list the events that a gateway has taken, or show one')
    .description(
      'Lists the events that a gateway has stored, newest first. With an id it shows that one: what was sent, where it ' +
        'was delivered, and what was answered.',
    )
    .argument('[id]', 'of an event: evt_…')
    .optionsGroup('Which:')
    .addOption(new Option('--source <name>', 'of this source').argParser(wordOf))
    .addOption(new Option('--type <type>', 'of this type').argParser(wordOf))
    .addOption(
      new Option('--status <state>', 'with a delivery in this state; done: all are; none: goes nowhere').choices([
        ...eventStatuses,
      ]),
    )
    .addOption(new Option('--from <time>', `stored then or later: ${momentHelp}`).argParser(moment))
    .addOption(new Option('--until <time>', 'stored before then').argParser(moment))
    .addOption(
      new Option('--text <text>', 'id, sender’s id or type begins with it, or the body contains it').argParser(wordOf),
    )
    .addOption(new Option('--limit <n>', 'how many').argParser(integerOf(1, 10_000_000)).default(50))
    .option('--all', 'all of them, however many')
    .optionsGroup('Output:')
    .option('--body', 'with an id: only the body, byte for byte')
    .option('--json', 'print JSON: of a list, one event per line')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Examples:
  posthorn events                                       the newest fifty
  posthorn events --status dead --from 2d               what of the last two days is dead
  posthorn events --text cus_12345                      which of them are about that customer?
  posthorn events evt_0akwhwn5g00                       one of them, with every attempt
  posthorn events evt_0akwhwn5g00 --body > body.json    its exact bytes
  posthorn events --all --json | jq -r .type | sort | uniq -c`,
    )
    .action(async (id: string | undefined, options: EventsOptions) => {
      const { showEvents } = await import('../events/events.ts')
      exit(await showEvents(io, id, options))
    })
}
