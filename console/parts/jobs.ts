import { h } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { JobDetailView, JobView } from '../../src/operator/schemas.ts'
import { ask } from '../state/api.ts'
import { useResource } from '../state/resource.ts'
import { hrefOf } from '../state/router.ts'
import type { JobList } from '../state/types.ts'
import { count, plural } from '../text/format.ts'
import type { Standing } from '../text/states.ts'
import { Action } from './action.ts'
import { Badge, Time } from './basics.ts'

/** How many matched when a job of this page was started: the API counts only what is done. */
const totals = new Map<string, number>()

export function noteTotal(job: string, total: number | null): void {
  if (total !== null) totals.set(job, total)
}

const standings: Readonly<Record<string, Standing>> = {
  running: { word: 'running', tone: 'busy', meaning: 'It goes on.' },
  done: { word: 'done', tone: 'good', meaning: 'It came to its end.' },
  cancelled: { word: 'cancelled', tone: 'quiet', meaning: 'What was not reached is left as it was.' },
  failed: { word: 'failed', tone: 'bad', meaning: 'What was not reached is left as it was.' },
}

const words: Readonly<Record<string, { readonly done: string; readonly one: string; readonly many: string }>> = {
  replay: { done: 'replayed', one: 'delivery', many: 'deliveries' },
  discard: { done: 'discarded', one: 'delivery', many: 'deliveries' },
  release: { done: 'verified again', one: 'rejected request', many: 'rejected requests' },
}

const shown = 5
const everyMs = 1_000

export interface JobsProps {
  /** Of which kinds. */
  readonly kinds: readonly string[]
  /** One of them went on: what the page lists may have changed. */
  readonly changed: () => void
  /** Another number: look at once. */
  readonly again: number
}

/** Bulk work since the start, newest first, with a way to stop it. */
export function Jobs({ kinds, changed, again }: JobsProps) {
  const { data, reload } = useResource<JobList>('/api/jobs', { everyMs })
  const jobs = (data?.jobs ?? []).filter(({ kind }) => kinds.includes(kind))
  useEffect(reload, [again])
  const ended = jobs.filter(({ state }) => state !== 'running').length
  const before = useRef<number | null>(null)
  useEffect(() => {
    if (data === undefined) return
    if (before.current !== null && ended > before.current) changed()
    before.current = ended
  }, [ended, data === undefined])
  if (jobs.length === 0) return null
  return h(
    'section',
    { class: 'jobs', 'aria-label': 'Bulk work' },
    h(
      'ul',
      null,
      jobs.slice(0, shown).map((job) => h(JobLine, { key: job.id, job, reload })),
    ),
  )
}

function JobLine({ job, reload }: { readonly job: JobView; readonly reload: () => void }) {
  const { id, kind, state, ratePerSecond, destination, startedAt, error } = job
  const total = totals.get(id)
  const { done: what, one, many } = words[kind] ?? { done: kind, one: 'thing', many: 'things' }
  const done = total === undefined ? plural(job.count, one, many) : `${count(job.count)} of ${plural(total, one, many)}`
  return h(
    'li',
    null,
    h(Badge, standings[state] ?? { word: state, tone: 'quiet', meaning: '' }),
    h(
      'span',
      { class: 'job-text' },
      `${done} ${what}${destination === null ? '' : ` to ${destination}`}, ${count(ratePerSecond)} per second, begun `,
      h(Time, { at: startedAt }),
      error === null ? '.' : `: ${error}`,
      kind === 'release' && state !== 'running' ? h(Released, { id }) : null,
    ),
    state === 'running' && total !== undefined
      ? h('progress', { max: Math.max(total, 1), value: Math.min(job.count, total), 'aria-label': `${done} ${what}` })
      : null,
    state === 'running'
      ? h(Action, {
          label: 'Cancel',
          small: true,
          title: 'What was done stays done.',
          async run() {
            await ask('DELETE', `/api/jobs/${encodeURIComponent(id)}`)
            reload()
            return 'Cancelled. What was done stays done.'
          },
        })
      : null,
  )
}

/** What came of the rejected requests that a job went through. */
function Released({ id }: { readonly id: string }) {
  const { data } = useResource<JobDetailView>(`/api/jobs/${encodeURIComponent(id)}`)
  const [all, setAll] = useState(false)
  if (data === undefined) return null
  const of = (outcome: string) => data.results.filter((result) => result.outcome === outcome)
  const released = of('released')
  const counts = `${count(released.length)} released, ${count(of('duplicate').length)} duplicate, ${count(of('rejected').length)} still rejected. `
  return h(
    'span',
    null,
    ' ',
    counts,
    (all ? released : released.slice(0, 3)).map(({ eventId, type }) =>
      eventId === null ? null : [h('a', { key: eventId, href: hrefOf(`/events/${eventId}`) }, type ?? eventId), ' '],
    ),
    released.length > 3 && !all
      ? h('button', { type: 'button', class: 'small', onClick: () => setAll(true) }, 'All of them')
      : null,
  )
}
