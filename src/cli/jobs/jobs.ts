import { Type } from '@sinclair/typebox'
import { Job, type JobView } from '../../operator/schemas.ts'
import type { GatewayOptions } from '../api/gateway.ts'
import { withClient } from '../api/with-client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'
import { counted } from '../show/quantity.ts'
import { localTime } from '../show/time.ts'

/** What `posthorn jobs` was told. */
export interface JobsOptions extends GatewayOptions {
  readonly json?: true
}

const Jobs = Type.Object({ jobs: Type.Array(Job) })
const colours: Readonly<Record<string, 'green' | 'yellow' | 'red'>> = { done: 'green', failed: 'red' }

export function listJobs(io: Io, options: JobsOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const { jobs } = await client.get('/jobs', Jobs)
    output.document(jobs)
    if (jobs.length === 0) output.notice('there is none.')
    const heading = ['STARTED', 'ID', 'KIND', 'STATE', 'DONE', ''].map((text) => output.style('bold', text))
    if (jobs.length > 0)
      for (const line of table([heading, ...jobs.map((job) => cells(output, job))])) output.line(line)
    return exitCodes.ok
  })
}

export function cancelJob(io: Io, id: string, options: JobsOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const job = await client.remove(`/jobs/${encodeURIComponent(id)}`, Job)
    output.document(job)
    for (const line of table([cells(output, job)])) output.line(line)
    return exitCodes.ok
  })
}

function cells(output: Output, { id, kind, state, count, destination, startedAt, error }: JobView): readonly string[] {
  return [
    localTime(startedAt),
    output.style('cyan', plain(id, 60)),
    destination === null ? kind : `${kind} to ${plain(destination)}`,
    output.style(colours[state] ?? 'yellow', state),
    kind === 'release' ? counted(count, 'request') : counted(count, 'delivery', 'deliveries'),
    error === null ? '' : plain(error),
  ]
}
