import { type Command, Option } from 'commander'
import { deliveryFilterStates } from '../../operator/states.ts'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { isoMomentOf, momentHelp } from '../api/moment.ts'
import { rateOf, wordOf } from '../arguments.ts'
import type { CommandContext } from '../program.ts'
import type { DiscardOptions, ReplayOptions } from '../replay/options.ts'

/** `posthorn replay [id…]`: delivers events again, some or many. */
export function addReplay(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('replay')
    .summary('deliver events again: some by their ids, or many by a filter')
    .description(
      'Delivers events again, to where they went or to another destination. With ids: those, at once. With a filter: every ' +
        'delivery that matches, at a limited rate and behind all live ones, with a question first. Ctrl-C asks whether to ' +
        'stop; what was replayed by then stays so.',
    )
    .argument('[id...]', 'of events: evt_…')
    .option('--to <destination>', 'deliver to this one instead ("posthorn destinations" lists them)', wordOf)
  addFilter(command, io.now)
    .option('--move', 'with --to: discard the deliveries that were found, since another destination has them now')
    .addOption(new Option('--rate <n>', 'deliveries per second').argParser(rateOf('deliveries', 10_000)).default(100))
  addLast(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Exit codes: 0 all of it was replayed, 1 not all (no such event, stopped, gone), 2 the command line makes no sense, 3 nobody
answered.

Examples:
  posthorn replay evt_0akwhwn5g00                             one event, everywhere it went
  posthorn replay evt_0akwhwn5g00 --to crm
  posthorn replay --state dead --destination crm --dry-run    how many are dead?
  posthorn replay --state dead --from 2d --rate 20
  posthorn replay --source stripe --from 2026-01-02 --until 2026-01-03 --to backfill --yes
  posthorn events --type user.created --json | jq -r .id | xargs posthorn replay`,
    )
    .action(async (ids: readonly string[], options: ReplayOptions) => {
      const { replay } = await import('../replay/replay.ts')
      exit(await replay(io, ids, options))
    })
}

/** `posthorn discard`: no more attempts for deliveries that nobody wants. */
export function addDiscard(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('discard')
    .summary('give up deliveries that nobody wants any more')
    .description('Discards every delivery that matches, with a question first. The events themselves stay.')
  addFilter(command, io.now).addOption(
    new Option('--rate <n>', 'deliveries per second').argParser(rateOf('deliveries', 10_000)).default(1_000),
  )
  addLast(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Examples:
  posthorn discard --state dead --until 30d
  posthorn discard --destination old-crm --dry-run`,
    )
    .action(async (options: DiscardOptions) => {
      const { discard } = await import('../replay/replay.ts')
      exit(await discard(io, options))
    })
}

function addFilter(command: Command, now: () => number): Command {
  const moment = isoMomentOf(now)
  return command
    .optionsGroup('Many:')
    .addOption(
      new Option('--state <state>', 'deliveries in this state; dead: given up after all attempts').choices([
        ...deliveryFilterStates,
      ]),
    )
    .option('--destination <name>', 'deliveries to this destination', wordOf)
    .option('--source <name>', 'of events of this source', wordOf)
    .option('--type <type>', 'of events of this type', wordOf)
    .addOption(new Option('--from <time>', `of events stored then or later: ${momentHelp}`).argParser(moment))
    .addOption(new Option('--until <time>', 'of events stored before then').argParser(moment))
    .option('--all', 'every delivery that there is')
}

function addLast(command: Command): Command {
  command
    .option('--dry-run', 'change nothing, say how many match')
    .option('--yes', 'do not ask')
    .optionsGroup('Output:')
    .option('--json', 'print JSON')
  return addGatewayOptions(command)
}
