import { bucketsOf, minutesPerHour } from '../buckets.ts'
import type { Statistics, StatisticsQuery } from '../types.ts'
import type { Link } from './link.ts'
import { destinationOf } from './queue-names.ts'
import { hashOf, listOf, numberOf } from './replies.ts'

const hoursPerDay = 24

/** What a field of the counts begins with. */
const kinds = { a: 'accepted', d: 'duplicates', b: 'bytes' } as const
const outcomes = { done: 'done', retry: 'retry', dead: 'dead' } as const

/** Reads the counts: of whole hours from those that are kept by the hour, else by the minute. */
export async function readStatistics(link: Link, query: StatisticsQuery): Promise<Statistics> {
  const { width, first, end, hourly, startOf } = bucketsOf(query)
  const slot = hourly ? minutesPerHour : 1
  // The counts of an hour by the minute are in one hash, those of a day by the hour in another.
  const perHash = hourly ? minutesPerHour * hoursPerDay : minutesPerHour
  const hashes = listOf(
    await link.run('statistics', [hourly ? 'h' : 'm', Math.floor(first / perHash), Math.floor((end - 1) / perHash)]),
  )

  const events = new Map<string, { accepted: number; duplicates: number; bytes: number }>()
  const deliveries = new Map<string, { done: number; retry: number; dead: number }>()
  const rejections = new Map<string, { count: number }>()
  for (const hash of hashes) {
    for (const [field, value] of hashOf(hash)) {
      const [what = '', at = '', ...rest] = field.split(' ')
      const minute = Number(at) * slot
      if (minute < first || minute >= end) continue
      const key = `${Math.floor(minute / width)} ${rest.join(' ')}`
      const by = numberOf(value)
      if (isKey(what, kinds)) room(events, key, { accepted: 0, duplicates: 0, bytes: 0 })[kinds[what]] += by
      else if (isKey(what, outcomes)) room(deliveries, key, { done: 0, retry: 0, dead: 0 })[outcomes[what]] += by
      else room(rejections, key, { count: 0 }).count += by
    }
  }

  const rows = <T>(counts: ReadonlyMap<string, T>) =>
    [...counts].map(([key, count]) => {
      const [bucket = '', ...name] = key.split(' ')
      return { at: startOf(Number(bucket)), name: name.join(' '), count }
    })
  return {
    events: rows(events)
      .map(({ at, name, count }) => ({ at, source: name, ...count }))
      .toSorted((a, b) => a.at - b.at || compare(a.source, b.source)),
    deliveries: rows(deliveries)
      .map(({ at, name, count }) => ({ at, destination: destinationOf(name), ...count }))
      .toSorted((a, b) => a.at - b.at || compare(a.destination, b.destination)),
    rejections: rows(rejections)
      .map(({ at, name, count }) => {
        const [cause = '', source = ''] = name.split(' ')
        return { at, source: source === '' ? null : source, cause, ...count }
      })
      .toSorted((a, b) => a.at - b.at || compare(a.source ?? '', b.source ?? '') || compare(a.cause, b.cause)),
  }
}

function isKey<T extends object>(key: string, of: T): key is string & keyof T {
  return Object.hasOwn(of, key)
}

function room<T>(counts: Map<string, T>, key: string, empty: T): T {
  const count = counts.get(key) ?? empty
  counts.set(key, count)
  return count
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
