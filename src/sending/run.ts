import type { FaultName } from '../signing/faults.ts'
import type { Composed, Composer, Plan } from './compose.ts'
import { faultOutcomes } from './faults.ts'
import { type Expected, judge, type Result } from './judge.ts'
import { type TransmitOptions, transmit } from './transmit.ts'

export type { Result } from './judge.ts'

export interface RunOptions {
  readonly count: number
  /** Events under way at once; with `concurrent-duplicates`, how many times each is sent at once. */
  readonly concurrency: number
  readonly timeoutMs: number
  readonly dripMs: number
  /** Decides what may be dialled; left out: anything. */
  readonly guard?: TransmitOptions['guard'] | undefined
}

/** One event, however often it was sent. */
export interface Sent {
  readonly composed: Composed
  readonly results: readonly Result[]
  /** What is wrong with the results together; null when nothing is. */
  readonly problem: string | null
}

/** Sends everything that a plan says and judges every answer. Never throws for what the other side does. */
export async function runPlan(plan: Plan, composer: Composer, options: RunOptions): Promise<readonly Sent[]> {
  const { fault, url, provider } = plan
  const { count, concurrency, timeoutMs, dripMs, guard } = options
  const copies = fault === 'duplicate' ? 2 : fault === 'concurrent-duplicates' ? concurrency : 1
  const parallel = fault === 'concurrent-duplicates' ? 1 : Math.min(concurrency, count)
  const mode = fault === 'slow' || fault === 'chunked' ? fault : 'plain'
  const transmission: TransmitOptions = { url, timeoutMs, dripMs, mode, guard }
  const known = new Set<string>()
  const sent: Sent[] = []
  let next = 0

  const sendOne = async (composed: Composed, expected: Expected) =>
    judge(await transmit(composed.draft, transmission), expected, provider, composed.identity.type)

  const worker = async () => {
    while (next < count) {
      const index = next++
      const composed = composer.compose()
      const seen = composed.keys.some((key) => known.has(key))
      for (const key of composed.keys) known.add(key)
      const first = expectation(plan, seen, parallel)
      sent[index] = await sendCopies(composed, copies, first, fault, sendOne)
    }
  }
  await Promise.all(Array.from({ length: parallel }, worker))
  return sent
}

function expectation({ fault, id }: Plan, seen: boolean, parallel: number): Expected {
  const outcome = fault === null ? 'accepted' : faultOutcomes[fault]
  if (outcome !== 'accepted') return outcome
  // Whoever gives an id may have sent it before.
  if (!seen) return id === undefined ? 'new' : 'either'
  return parallel === 1 ? 'duplicate' : 'either'
}

async function sendCopies(
  composed: Composed,
  copies: number,
  first: Expected,
  fault: FaultName | null,
  sendOne: (composed: Composed, expected: Expected) => Promise<Result>,
): Promise<Sent> {
  if (fault === 'concurrent-duplicates') {
    const all = Array.from({ length: copies }, () => sendOne(composed, 'either'))
    return togetherOf(composed, await Promise.all(all))
  }
  const results: Result[] = []
  for (let copy = 0; copy < copies; copy++) {
    const repeated: Expected = composed.keys.length > 0 ? 'duplicate' : 'new'
    results.push(await sendOne(composed, copy === 0 ? first : repeated))
  }
  const [one, two] = results
  const differ = one?.id && two?.id && two.duplicate && one.id !== two.id
  return { composed, results, problem: differ ? 'the duplicate has another id than the first one' : null }
}

/** Of many at once exactly one may be new, and all must have its id. */
function togetherOf(composed: Composed, results: readonly Result[]): Sent {
  const answered = results.filter(({ duplicate }) => duplicate !== null)
  const fresh = answered.filter(({ duplicate }) => duplicate === false).length
  const ids = new Set(answered.map(({ id }) => id))
  const recognised = composed.keys.length > 0
  const problem =
    answered.length < results.length || !recognised
      ? null
      : fresh !== 1
        ? `${fresh} of ${results.length} were stored as new, but it must be exactly one`
        : ids.size !== 1
          ? `${ids.size} different ids were answered for one event`
          : null
  return { composed, results, problem }
}
