import { h } from 'preact'
import { useMemo } from 'preact/hooks'
import { go, hrefOf } from '../state/router.ts'
import type { Overview as View } from '../state/types.ts'
import { count, duration, percentOrNone, shortCount, span } from '../text/format.ts'
import { Plot, type Series } from './plot.ts'

/** Drawn anew only when there are other numbers. */
export function Plots({ view, range }: { readonly view: View; readonly range: string }) {
  const { series, totals, stepMinutes } = view
  const mark = JSON.stringify(series)
  const plots = useMemo(() => seriesOf(series), [mark])
  const each = stepMinutes === 1 ? 'a minute' : span(stepMinutes * 60_000)
  const onSelect = (from: number, to: number) =>
    go(hrefOf('/events', { from: new Date(from).toISOString(), to: new Date(to).toISOString() }))
  const { times } = plots
  return h(
    'div',
    { class: 'plots' },
    h(Plot, {
      title: `Events in ${each}`,
      summary: `In the last ${range}: ${count(totals.accepted)} accepted, ${count(totals.duplicates)} duplicates, ${count(totals.rejected)} rejected.`,
      times,
      series: plots.events,
      kind: 'bars',
      format: shortCount,
      onSelect,
    }),
    h(Plot, {
      title: `Attempts in ${each}`,
      summary: `In the last ${range}: ${count(totals.done)} done, ${count(totals.retry)} retry, ${count(totals.dead)} dead.`,
      times,
      series: plots.attempts,
      kind: 'bars',
      format: shortCount,
    }),
    h(Plot, {
      title: 'Success rate of attempts',
      summary: `In the last ${range}: ${percentOrNone(totals.successRate)}.`,
      times,
      series: plots.success,
      format: (value: number) => `${Math.round(value)} %`,
    }),
    h(Plot, {
      title: 'Time to the answer',
      summary:
        totals.answers === null
          ? 'Nothing was answered.'
          : `In the last ${range}: half within ${duration(totals.answers.p50 * 1000)}, 99 of 100 within ${duration(totals.answers.p99 * 1000)}.`,
      times,
      series: plots.answers,
      format: duration,
    }),
  )
}

const percentiles = [
  ['half', '--good', 'p50'],
  ['95 of 100', '--warn', 'p95'],
  ['99 of 100', '--bad', 'p99'],
] as const

function seriesOf(buckets: View['series']) {
  const pick = (value: (bucket: View['series'][number]) => number | null) => buckets.map(value)
  const line = (label: string, color: string, value: Parameters<typeof pick>[0]): Series => ({
    label,
    color,
    values: pick(value),
  })
  return {
    times: buckets.map(({ at }) => Date.parse(at) / 1000),
    events: [
      line('accepted', '--good', ({ accepted }) => accepted),
      line('duplicates', '--quiet', ({ duplicates }) => duplicates),
      line('rejected', '--bad', ({ rejected }) => rejected),
    ],
    attempts: [
      line('done', '--good', ({ done }) => done),
      line('retry', '--warn', ({ retry }) => retry),
      line('dead', '--bad', ({ dead }) => dead),
    ],
    success: [
      line('done', '--good', ({ done, retry, dead }) =>
        done + retry + dead === 0 ? null : (100 * done) / (done + retry + dead),
      ),
    ],
    answers: percentiles.map(([label, color, key]) =>
      line(label, color, ({ answers }) => (answers === null ? null : answers[key] * 1000)),
    ),
  }
}
