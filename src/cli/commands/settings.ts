import type { Command } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import type { CommandContext } from '../program.ts'
import type { SettingsOptions } from '../settings/settings.ts'

/** `posthorn settings`: what counts, and what says so. */
export function addSettings(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('settings')
    .summary('list the settings of a gateway as they count, and where each is from')
    .description(
      'Lists every setting of a gateway as it counts, and what says so. Of secrets only whether they are set. Settings are ' +
        'read once, at the start: change them where the gateway runs, and start it again.',
    )
    .option('--changed', 'only those that are not at their default')
    .option('--json', 'print JSON, with what each is for and may be')
    .action(async (options: SettingsOptions) => {
      const { listSettings } = await import('../settings/settings.ts')
      exit(await listSettings(io, options))
    })
  addGatewayOptions(command).addHelpText(
    'after',
    `${gatewayHelp}

Examples:
  posthorn settings --changed
  posthorn settings --json | jq '.settings[] | select(.name == "BODY_LIMIT")'`,
  )
}
