import type { Command } from 'commander'
import { addGatewayOptions } from '../api/gateway.ts'
import type { DoctorOptions } from '../doctor/doctor.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn doctor`: is this deployment as it should be? */
export function addDoctor(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('doctor')
    .summary('check a deployment, and say what to do')
    .description(
      'Checks what a gateway that is started here would find: its settings (the environment, .env here, the configuration ' +
        'file), the disk, permissions, Node. With --url it checks a gateway that runs: health, clock, TLS, redirects, and with ' +
        'ADMIN_TOKEN its store, its warnings and what waits for delivery. Each finding is one sentence that says what to do.',
    )
    .option('--json', 'print JSON')
  addGatewayOptions(command)
    .addHelpText(
      'after',
      `
Exit codes: 0 all is as it should be, 1 something is to be mended or doubtful, 2 the command line makes no sense,
3 the gateway does not answer.

Examples:
  posthorn doctor                                    before a deployment, with its settings in the environment
  posthorn doctor --url https://hooks.example.com    after it, from outside
  posthorn doctor --json | jq -r '.findings[] | select(.level != "ok") | .sentence'`,
    )
    .action(async (options: DoctorOptions) => {
      // Loaded here: the other commands need none of it.
      const { doctor } = await import('../doctor/doctor.ts')
      exit(await doctor(io, options))
    })
}
