import { type Command, Option } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import { isoMomentOf, momentHelp } from '../api/moment.ts'
import { integerOf, wordOf } from '../arguments.ts'
import type { CommandContext } from '../program.ts'
import type { RejectionsOptions } from '../rejections/rejections.ts'

/** `posthorn rejections [id]`: requests that a gateway has rejected. */
export function addRejections(program: Command, { io, exit }: CommandContext): void {
  const moment = isoMomentOf(io.now)
  const command = program
    .command('rejections')
    .summary('list the requests that a gateway has rejected, and why, or show one')
    .description(
      'Lists the newest requests that a gateway has rejected, with the cause. With an id it shows that one whole.',
    )
    .argument('[id]', 'of a rejected request: rej_…')
    .optionsGroup('Which:')
    .option('--source <name>', 'to this source', wordOf)
    .option('--cause <cause>', 'rejected for this cause', wordOf)
    .addOption(new Option('--from <time>', `rejected then or later: ${momentHelp}`).argParser(moment))
    .addOption(new Option('--until <time>', 'rejected before then').argParser(moment))
    .addOption(new Option('--limit <n>', 'how many').argParser(integerOf(1, 1_000_000)).default(50))
    .optionsGroup('Output:')
    .option('--json', 'print JSON: of a list, one per line')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `${gatewayHelp}

Examples:
  posthorn rejections --source stripe --from 1h
  posthorn rejections rej_0akwhwn5g00
  posthorn rejections --json | jq -r .cause | sort | uniq -c`,
    )
    .action(async (id: string | undefined, options: RejectionsOptions) => {
      const { showRejections } = await import('../rejections/rejections.ts')
      exit(await showRejections(io, id, options))
    })
}
