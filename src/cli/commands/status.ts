import type { Command } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import type { CommandContext } from '../program.ts'
import type { StatusOptions } from '../status/status.ts'

/** `posthorn status`: how a gateway is doing. */
export function addStatus(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('status')
    .summary('how a gateway is doing: its store, what waits, the last hour, warnings')
    .description(
      'Shows how a gateway is doing: what keeps its events, what waits, what happened in the last hour, and what to see ' +
        'to, the worst first. Exit code 1: a warning is critical, or its store does not commit.',
    )
    .option('--json', 'print JSON, with the counts of every minute')
    .action(async (options: StatusOptions) => {
      const { showStatus } = await import('../status/status.ts')
      exit(await showStatus(io, options))
    })
  addGatewayOptions(command).addHelpText(
    'after',
    `${gatewayHelp}

Examples:
  posthorn status
  posthorn status --url https://hooks.example.com || echo "see to it"
  posthorn status --json | jq .backlog.ageSeconds`,
  )
}
