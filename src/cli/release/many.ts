import { Type } from '@sinclair/typebox'
import { JobDetail, type JobView } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { confirm } from '../jobs/confirm.ts'
import { codeOf, runJob, sayWhy } from '../jobs/run.ts'
import { type Output, plain } from '../output.ts'
import { counted, countText } from '../show/quantity.ts'
import type { ReleaseOptions } from './options.ts'

const DryRun = Type.Object({ matching: Type.Integer(), examined: Type.Integer(), genuine: Type.Integer() })
const path = '/rejections/release'
const requests = (count: number) => counted(count, 'rejected request')

/** Counts, asks, and releases all that match and are genuine now, as one job of the gateway. */
export async function releaseMany(
  io: Io,
  client: Client,
  output: Output,
  filter: Readonly<Record<string, string>>,
  { dryRun, yes, json, rate }: Pick<ReleaseOptions, 'dryRun' | 'yes' | 'json' | 'rate'>,
): Promise<ExitCode> {
  const body = { filter, ratePerSecond: rate }
  const found = await client.post(path, DryRun, { ...body, dryRun: true })
  const { matching, examined, genuine } = found
  const judged = examined < matching ? `of the first ${countText(examined)} ` : ''
  const counts = `${requests(matching)} ${matching === 1 ? 'matches' : 'match'}, ${judged}${countText(genuine)} would be taken`
  if (dryRun || matching === 0) {
    output.document(found)
    output.line(matching === 0 ? 'No rejected request matches.' : `${counts}.`)
    return matching === 0 && !dryRun ? exitCodes.unexpected : exitCodes.ok
  }
  if (!yes && !(await confirm(io, `${counts}. Release them at ${countText(rate)} a second?`, counts))) {
    output.line('Nothing was changed.')
    return exitCodes.unexpected
  }
  const ended = await runJob(io, client, { path, body, total: matching })
  const job = await client.get(`/jobs/${encodeURIComponent(ended.id)}`, JobDetail)
  output.document(job)
  return json ? codeOfRelease(job) : sayEnd(output, job)
}

type Detail = JobView & { readonly results: readonly { readonly outcome: string }[] }

function sayEnd(output: Output, job: Detail): ExitCode {
  const of = (outcome: string) => job.results.filter((result) => result.outcome === outcome).length
  const duplicates = of('duplicate')
  const rejected = of('rejected')
  const last =
    job.results.length < job.count ? ` (the last ${countText(job.results.length)} of ${countText(job.count)})` : ''
  const done = [
    `${requests(of('released'))} released`,
    ...(duplicates > 0 ? [`${counted(duplicates, 'duplicate')}`] : []),
    ...(rejected > 0 ? [`${countText(rejected)} still rejected`] : []),
  ].join(', ')
  if (job.state === 'done') {
    const mark = rejected === 0 ? output.style('green', '✓') : output.style('yellow', '✗')
    output.line(`${mark} ${plain(done)}${last}`)
    if (rejected > 0) output.line('Why: posthorn rejections, and posthorn explain <id>')
  } else sayWhy(output, job, done + last)
  return codeOfRelease(job)
}

/** Some that stay rejected are not as it should be, even where the job did all it could. */
function codeOfRelease(job: Detail): ExitCode {
  return job.results.some(({ outcome }) => outcome === 'rejected') ? exitCodes.unexpected : codeOf(job)
}
