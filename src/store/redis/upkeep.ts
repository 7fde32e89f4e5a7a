import { minutesPerHour } from '../buckets.ts'
import { minuteAt } from '../event-id.ts'
import type { DestinationChange, DestinationStatus, PruneOptions, PruneResult } from '../types.ts'
import type { Argument, Link } from './link.ts'
import { destinationOf, queueOf } from './queue-names.ts'
import { firstRejectionAt } from './rejections.ts'
import { listOf, numberOf, numberOrNull, textOf, textOrNull } from './replies.ts'
import type { ScriptName } from './scripts.ts'

const rowsPerStep = 100
/** Rejections may have large bodies. */
const rejectionsPerStep = 20
const bytesPerStep = 4 * 1024 * 1024
const minutesPerDay = 1440

/** Removes what is past its retention, a little at a time. */
export async function prune(link: Link, options: PruneOptions): Promise<PruneResult> {
  const { now, eventRetentionMs, dedupRetentionMs } = options
  // An event's hash is the memory of its id, so it stays for the longer of the two.
  const forgetBefore = now - Math.max(eventRetentionMs, dedupRetentionMs)
  const minute = minuteAt(forgetBefore)
  const payloads = await pass(link, 'prunePayloads', [now - eventRetentionMs, now])
  const events = await pass(link, 'pruneEvents', [forgetBefore, now])
  await repeat(link, 'pruneRejections', [firstRejectionAt(now - eventRetentionMs)], rejectionsPerStep)
  await repeat(
    link,
    'pruneCounts',
    [Math.floor(minute / minutesPerHour), Math.floor(minute / minutesPerDay)],
    rowsPerStep,
  )
  return { payloads, events }
}

/** Goes through the oldest until one is to stay. */
async function pass(link: Link, script: ScriptName, bounds: readonly Argument[]): Promise<number> {
  let [sum, last] = [0, '']
  for (;;) {
    const [removed, at, more] = listOf(await link.run(script, [...bounds, last, rowsPerStep, bytesPerStep]))
    sum += numberOf(removed)
    last = textOf(at)
    if (more !== 1) return sum
  }
}

async function repeat(link: Link, script: ScriptName, bounds: readonly Argument[], rows: number): Promise<void> {
  while (numberOf(await link.run(script, [...bounds, rows])) >= rows) {}
}

export async function readDestinations(link: Link, now: number): Promise<readonly DestinationStatus[]> {
  const rows = listOf(await link.run('destinations', [now]))
  return rows
    .map((row) => {
      const [queue, paused, disabled, reason, pending, retrying, leased, dead, first] = listOf(row)
      return {
        name: destinationOf(textOf(queue)),
        pausedAt: numberOrNull(paused),
        disabledAt: numberOrNull(disabled),
        disabledReason: textOrNull(reason),
        pending: numberOf(pending),
        retrying: numberOf(retrying),
        leased: numberOf(leased),
        dead: numberOf(dead),
        oldestDueAt: numberOrNull(first),
      }
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

export async function changeDestination(
  link: Link,
  name: string,
  { paused, disabled }: DestinationChange,
  now: number,
): Promise<void> {
  const flag = (value: boolean | undefined) => (value === undefined ? '' : value ? 1 : 0)
  await link.run('setDestination', [
    queueOf(name),
    now,
    flag(paused),
    flag(disabled === undefined ? undefined : disabled !== null),
    disabled ?? '',
  ])
}
