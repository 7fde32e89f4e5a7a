import type { Command } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import type { CommandContext } from '../program.ts'
import type { SourcesOptions } from '../sources/sources.ts'

/** `posthorn sources [name]`: where events come from. */
export function addSources(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('sources')
    .summary('list the sources of a gateway and the URL for each, or show all about one')
    .description(
      'Lists where the events of a gateway come from: the URL to give the sender, how it is checked, and what came in 24 ' +
        'hours. With a name: how to connect the sender, its secrets, handshake and limits.',
    )
    .argument('[name]', 'as the list has it; "default" is every other path')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: SourcesOptions) => {
      const { showSources } = await import('../sources/sources.ts')
      exit(await showSources(io, name, options))
    })
  addGatewayOptions(command).addHelpText(
    'after',
    `${gatewayHelp}

Examples:
  posthorn sources
  posthorn sources stripe                  what is left to do until its events come?
  posthorn sources --json | jq -r '.[] | select(.verified | not) | .name'`,
  )
}
