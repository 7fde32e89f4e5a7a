import { type Command, Option } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { isoMomentOf, momentHelp } from '../api/moment.ts'
import { rateOf, wordOf } from '../arguments.ts'
import type { CommandContext } from '../program.ts'
import type { ReleaseOptions } from '../release/options.ts'

/** `posthorn release [id…]`: takes rejected requests after all, if they are genuine now. */
export function addRelease(program: Command, { io, exit }: CommandContext): void {
  const moment = isoMomentOf(io.now)
  const command = program
    .command('release')
    .summary('take rejected requests after all, once the cause is mended')
    .description(
      'Has rejected requests verified again, by the settings of now, and takes those that are genuine as if they had just ' +
        'arrived. The others stay rejected: nobody can force them in.',
    )
    .argument('[id...]', 'of rejected requests: rej_…')
    .optionsGroup('Many:')
    .option('--source <name>', 'those to this source', wordOf)
    .option('--cause <cause>', 'those rejected for this cause, as "posthorn rejections" lists it', wordOf)
    .addOption(new Option('--from <time>', `those rejected then or later: ${momentHelp}`).argParser(moment))
    .addOption(new Option('--until <time>', 'those rejected before then').argParser(moment))
    .option('--all', 'every one that is kept')
    .addOption(new Option('--rate <n>', 'requests per second').argParser(rateOf('requests', 1_000)).default(100))
    .option('--dry-run', 'change nothing, say how many match and would be taken')
    .option('--yes', 'do not ask')
    .optionsGroup('Output:')
    .option('--json', 'print JSON')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Exit codes: 0 all were taken, 1 not all (still rejected, no such request, stopped), 2 the command line makes no sense, 3 nobody
answered.

Examples:
  posthorn release rej_0akwhwn5g00
  posthorn release --source github --from 2d --dry-run    how many would be taken now?
  posthorn release --source github --from 2d`,
    )
    .action(async (ids: readonly string[], options: ReleaseOptions) => {
      const { release } = await import('../release/release.ts')
      exit(await release(io, ids, options))
    })
}
