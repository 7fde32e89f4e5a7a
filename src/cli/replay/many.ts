import { Type } from '@sinclair/typebox'
import type { JobView } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { confirm } from '../jobs/confirm.ts'
import { codeOf, runJob, sayWhy } from '../jobs/run.ts'
import { type Output, plain } from '../output.ts'
import { counted, countText } from '../show/quantity.ts'
import { span } from '../show/time.ts'
import type { ManyOptions } from './options.ts'

/** What the job is told. */
export interface Bulk {
  readonly kind: 'replay' | 'discard'
  readonly filter: Readonly<Record<string, string | undefined>>
  readonly ratePerSecond: number
  readonly destination?: string
  readonly move?: boolean
}

const Matching = Type.Object({ matching: Type.Integer() })
const deliveries = (count: number) => counted(count, 'delivery', 'deliveries')

/** Counts, asks, and changes many deliveries as one job of the gateway. */
export async function changeMany(
  io: Io,
  client: Client,
  output: Output,
  bulk: Bulk,
  { dryRun, yes, json }: Pick<ManyOptions, 'dryRun' | 'yes' | 'json'>,
): Promise<ExitCode> {
  const { matching } = await client.post('/jobs', Matching, { ...bulk, dryRun: true })
  if (dryRun || matching === 0) {
    output.document({ matching })
    output.line(
      matching === 0 ? 'No delivery matches.' : `${deliveries(matching)} ${matching === 1 ? 'matches' : 'match'}.`,
    )
    return matching === 0 && !dryRun ? exitCodes.unexpected : exitCodes.ok
  }
  const unasked = `${deliveries(matching)} would be ${bulk.kind === 'replay' ? 'replayed' : 'discarded'}`
  if (!yes && !(await confirm(io, questionOf(bulk, matching), unasked))) {
    output.line('Nothing was changed.')
    return exitCodes.unexpected
  }
  const job = await runJob(io, client, { path: '/jobs', body: bulk, total: matching })
  output.document(job)
  return json ? codeOf(job) : sayEnd(output, job, matching)
}

function questionOf({ kind, ratePerSecond, destination, move }: Bulk, matching: number): string {
  const what = kind === 'replay' ? 'Replay' : 'Discard'
  const where =
    destination === undefined ? '' : ` to ${plain(destination)}${move ? ', and discard them where they were,' : ''}`
  const ms = (matching / ratePerSecond) * 1_000
  return `${what} ${deliveries(matching)}${where} at ${countText(ratePerSecond)} a second (about ${span(ms)})?`
}

function sayEnd(output: Output, job: JobView, matching: number): ExitCode {
  const { kind, state, count } = job
  const done = `${deliveries(count)} ${kind === 'replay' ? 'replayed' : 'discarded'}`
  const others = count < matching ? `; ${countText(matching - count)} that matched had nothing to change any more` : ''
  if (state === 'done') output.line(`${output.style('green', '✓')} ${done}${others}`)
  else sayWhy(output, job, done)
  return codeOf(job)
}
