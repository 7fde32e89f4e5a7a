import { setTimeout as pause } from 'node:timers/promises'
import { type Static, Type } from '@sinclair/typebox'
import { Job, type JobView } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { RefusedError } from '../api/refusal.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Io, isTerminal } from '../io.ts'
import { type Output, plain } from '../output.ts'
import { counted, countText } from '../show/quantity.ts'
import { span } from '../show/time.ts'
import { ask } from './ask.ts'
import type { ManyOptions } from './options.ts'
import { createProgress } from './progress.ts'

/** What the job is told. */
export interface Bulk {
  readonly kind: 'replay' | 'discard'
  readonly filter: Readonly<Record<string, string | undefined>>
  readonly ratePerSecond: number
  readonly destination?: string
  readonly move?: boolean
}

const Matching = Type.Object({ matching: Type.Integer() })
const pollMs = 500
/** A gateway that is away for longer than this has lost its jobs. */
const patienceMs = 60_000
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
  if (!yes) {
    if (!isTerminal(io.stdin) || !isTerminal(io.stderr)) {
      throw new CliError(
        `${deliveries(matching)} would be ${bulk.kind === 'replay' ? 'replayed' : 'discarded'}, and nobody is there to ask`,
        'Give --yes to have it done, or --dry-run to count only.',
      )
    }
    const answer = await ask(io, `${questionOf(bulk, matching)} [y/N] `)
    if (!/^y(?:es)?$/i.test(answer ?? '')) {
      output.line('Nothing was changed.')
      return exitCodes.unexpected
    }
  }
  const job = await runJob(io, client, bulk, matching)
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

/** Starts the job and shows how far it is until it has ended, or nobody wants to watch it any more. */
async function runJob(io: Io, client: Client, bulk: Bulk, total: number): Promise<JobView> {
  const progress = createProgress(io, total)
  let woken = new AbortController()
  let interrupted = false
  const takeBack = io.onInterrupt(() => {
    interrupted = true
    woken.abort()
  })
  try {
    let job = await client.post('/jobs', Job, bulk)
    let heardAt = io.now()
    const path = `/jobs/${encodeURIComponent(job.id)}`
    while (job.state === 'running') {
      progress.show(job.count)
      await pause(pollMs, undefined, { signal: woken.signal }).catch(() => {})
      if (interrupted) {
        interrupted = false
        woken = new AbortController()
        progress.clear()
        const wish = await wishOf(io, job, total)
        if (wish === 'leave') return job
        if (wish === 'stop') return await client.remove(path, Job).catch(async () => client.get(path, Job))
      }
      try {
        job = await client.get(path, Job)
        heardAt = io.now()
      } catch (error) {
        if (error instanceof RefusedError && error.status === 404) throw gone(job)
        const passes = error instanceof CliError && error.exitCode === exitCodes.unreachable
        if (!passes || io.now() - heardAt > patienceMs) throw error
      }
    }
    return job
  } finally {
    progress.clear()
    takeBack()
  }
}

/** Where nobody can be asked, whoever interrupts the command wants its work stopped. */
async function wishOf(io: Io, { count }: JobView, total: number): Promise<'stop' | 'leave' | 'watch'> {
  if (!isTerminal(io.stdin) || !isTerminal(io.stderr)) return 'stop'
  const answer = await ask(
    io,
    `${countText(count)} of ${countText(total)} done. Stop the job? [y] stop it, [n] let it run without watching, [Enter] go on watching: `,
  )
  if (answer === null || /^n(?:o)?$/i.test(answer)) return 'leave'
  return /^y(?:es)?$/i.test(answer) ? 'stop' : 'watch'
}

function gone({ count }: JobView): CliError {
  return new CliError(
    `the gateway was started anew and has forgotten the job: ${deliveries(count)} were changed at least`,
    'What it had not reached is as it was. Run the same command again for the rest.',
    exitCodes.unexpected,
  )
}

function sayEnd(output: Output, job: Static<typeof Job>, matching: number): ExitCode {
  const { kind, state, count, error, id } = job
  const done = `${deliveries(count)} ${kind === 'replay' ? 'replayed' : 'discarded'}`
  const others = count < matching ? `; ${countText(matching - count)} that matched had nothing to change any more` : ''
  if (state === 'done') output.line(`${output.style('green', '✓')} ${done}${others}`)
  if (state === 'cancelled') output.line(`${output.style('yellow', '✗')} stopped: ${done}, the others are as they were`)
  if (state === 'failed') output.line(`${output.style('red', '✗')} given up: ${plain(error ?? '')}; ${done}`)
  if (state === 'running')
    output.line(`The job goes on without you: ${done} so far. To stop it: posthorn jobs cancel ${plain(id, 60)}`)
  return codeOf(job)
}

function codeOf({ state }: JobView): ExitCode {
  return state === 'done' || state === 'running' ? exitCodes.ok : exitCodes.unexpected
}
