import { setTimeout as pause } from 'node:timers/promises'
import { Job, type JobView } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { RefusedError } from '../api/refusal.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Io, isTerminal } from '../io.ts'
import { type Output, plain } from '../output.ts'
import { createProgress } from '../show/progress.ts'
import { countText } from '../show/quantity.ts'
import { ask } from './ask.ts'

/** Work that a gateway does as a job. */
export interface JobOrder {
  /** Where it is asked for. */
  readonly path: string
  readonly body: unknown
  /** How many it will look at, as far as is known. */
  readonly total: number
}

const pollMs = 500
/** How long a gateway may be away before nobody waits for it any more. */
const patienceMs = 60_000

/** Starts a job and shows how far it is until it has ended, or nobody wants to watch it any more. */
export async function runJob(io: Io, client: Client, { path: start, body, total }: JobOrder): Promise<JobView> {
  const progress = createProgress(io, total)
  let woken = new AbortController()
  let interrupted = false
  const takeBack = io.onInterrupt(() => {
    interrupted = true
    woken.abort()
  })
  try {
    let job = await client.post(start, Job, body)
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

function gone({ id, count }: JobView): CliError {
  return new CliError(
    `the gateway does not know the job ${plain(id, 60)} any more; ${countText(count)} were done by then at least`,
    'What it had not reached is as it was. Run the same command again for the rest.',
    exitCodes.unexpected,
  )
}

/** Says of a job that is not done why it is not. @param done what it did, in words */
export function sayWhy(output: Output, { id, state, error }: JobView, done: string): void {
  if (state === 'cancelled') output.line(`${output.style('yellow', '✗')} stopped: ${done}, the others are as they were`)
  if (state === 'failed') output.line(`${output.style('red', '✗')} given up: ${plain(error ?? '')}; ${done}`)
  if (state === 'running')
    output.line(`The job goes on without you: ${done} so far. To stop it: posthorn jobs cancel ${plain(id, 60)}`)
}

export function codeOf({ state }: JobView): ExitCode {
  return state === 'done' || state === 'running' ? exitCodes.ok : exitCodes.unexpected
}
