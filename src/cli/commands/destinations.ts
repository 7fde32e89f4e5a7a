import type { Command } from 'commander'
import { addGatewayOptions, type GatewayOptions, gatewayHelp } from '../api/gateway.ts'
import type { CommandContext } from '../program.ts'

const actions = {
  pause: 'begin no more attempts; what is due waits',
  resume: 'go on after a pause',
  enable: 'go on after it said that it was gone (410)',
  try: 'be tried now, where it is left alone because it only fails; ends with 0 if it works again',
} as const

/** `posthorn destinations`: where events go. */
export function addDestinations(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('destinations')
    .summary('list the destinations of a gateway; pause, resume, enable or try one')
    .description('Lists where a gateway delivers events, what is pending for each, and what is dead.')
    .option('--json', 'print JSON')
    .action(async (options: GatewayOptions & { readonly json?: true }) => {
      const { listDestinations } = await import('../destinations/destinations.ts')
      exit(await listDestinations(io, options))
    })
  addGatewayOptions(command).addHelpText(
    'after',
    `${gatewayHelp}

Examples:
  posthorn destinations
  posthorn destinations pause crm        while the CRM is being updated
  posthorn destinations resume crm
  posthorn destinations try crm          it only failed, and is back
  posthorn destinations --json | jq '.[] | select(.dead > 0) | .name'`,
  )
  for (const action of ['pause', 'resume', 'enable', 'try'] as const) {
    const own = command
      .command(action)
      .description(`Has one destination ${actions[action]}.`)
      .summary(actions[action])
      .argument('<name>', 'as "posthorn destinations" lists it')
      .option('--json', 'print JSON')
    addGatewayOptions(own)
      .addHelpText('after', `${gatewayHelp}\n\nExample:\n  posthorn destinations ${action} crm`)
      // An option that the parent knows too is the parent's where it is given before the name.
      .action(async (name: string, _: unknown, self: Command) => {
        const { changeDestination } = await import('../destinations/destinations.ts')
        exit(await changeDestination(io, name, action, self.optsWithGlobals()))
      })
  }
}
