import type { Command } from 'commander'
import { addGatewayOptions, gatewayHelp } from '../api/gateway.ts'
import type { JobsOptions } from '../jobs/jobs.ts'
import type { CommandContext } from '../program.ts'

/** `posthorn jobs`: replays, discards and releases of many. */
export function addJobs(program: Command, { io, exit }: CommandContext): void {
  const command = program
    .command('jobs')
    .summary('list replays, discards and releases of many; cancel one')
    .description('Lists the last replays, discards and releases of many, newest first, and how far each is.')
    .option('--json', 'print JSON')
    .action(async (options: JobsOptions) => {
      const { listJobs } = await import('../jobs/jobs.ts')
      exit(await listJobs(io, options))
    })
  addGatewayOptions(command).addHelpText(
    'after',
    `${gatewayHelp}\n\nExamples:\n  posthorn jobs\n  posthorn jobs cancel job_…`,
  )
  const cancel = command
    .command('cancel')
    .summary('stop one; what it has not reached stays as it is')
    .description('Stops a job. What it changed stays changed, what it has not reached stays as it is.')
    .argument('<id>', 'as "posthorn jobs" lists it')
    .option('--json', 'print JSON')
  addGatewayOptions(cancel)
    .addHelpText('after', `${gatewayHelp}\n\nExample:\n  posthorn jobs cancel job_…`)
    // An option that the parent knows too is the parent's wherever it stands.
    .action(async (id: string, _: unknown, self: Command) => {
      const { cancelJob } = await import('../jobs/jobs.ts')
      exit(await cancelJob(io, id, self.optsWithGlobals()))
    })
}
