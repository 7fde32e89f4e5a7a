import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { SourceConfig } from '../config/types.ts'
import type { AttemptReport } from '../delivery/report.ts'
import type { DestinationView } from './schemas.ts'

/** What became of a request to a webhook route. */
export type RequestResult =
  | { readonly outcome: 'accepted' | 'duplicate' }
  | { readonly outcome: 'refused'; readonly code: string; readonly cause: string }

/** Counts what happens, for Prometheus. */
export interface Metrics {
  /** @param source null: none was found  @param seconds until it was answered */
  request(source: string | null, result: RequestResult, seconds: number): void
  attempt(report: AttemptReport): void
  /** @param seconds from handing it to the writing thread until it was on stable storage */
  commit(events: number, seconds: number): void
  /** In the Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

export interface MetricsOptions {
  readonly sources: Iterable<SourceConfig>
  /** What waits, asked for at each scrape. */
  readonly destinations: () => Promise<readonly DestinationView[]>
}

/** Senders give up after 3 to 30 seconds; a commit takes milliseconds. */
const answerBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const attemptBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]
const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]
const states = ['active', 'failing', 'paused', 'disabled'] as const

export function createMetrics({ sources, destinations }: MetricsOptions): Metrics {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })

  const accepted = new Counter({
    name: 'posthorn_events_accepted_total',
    help: 'Events stored.',
    labelNames: ['source'],
    registers,
  })
  const duplicates = new Counter({
    name: 'posthorn_events_duplicate_total',
    help: 'Events that were known already.',
    labelNames: ['source'],
    registers,
  })
  const refused = new Counter({
    name: 'posthorn_requests_refused_total',
    help: 'Requests refused, by the code that the log has too, and its cause.',
    labelNames: ['source', 'code', 'cause'],
    registers,
  })
  const answers = new Histogram({
    name: 'posthorn_answer_seconds',
    help: 'From the first byte of a request until an event was answered 200.',
    labelNames: ['source'],
    buckets: answerBuckets,
    registers,
  })
  const deadlines = new Gauge({
    name: 'posthorn_sender_deadline_seconds',
    help: 'How long the sender of a source waits for an answer, where it says so.',
    labelNames: ['source'],
    registers,
  })
  const attempts = new Counter({
    name: 'posthorn_attempts_total',
    help: 'Attempts at deliveries that ended, by how they ended.',
    labelNames: ['destination', 'outcome'],
    registers,
  })
  const attemptSeconds = new Histogram({
    name: 'posthorn_attempt_seconds',
    help: 'How long attempts took.',
    labelNames: ['destination'],
    buckets: attemptBuckets,
    registers,
  })
  const commitSeconds = new Histogram({
    name: 'posthorn_commit_seconds',
    help: 'How long commits of events took, until they were on stable storage.',
    buckets: commitBuckets,
    registers,
  })
  const commitEvents = new Histogram({
    name: 'posthorn_commit_events',
    help: 'Events that shared a commit.',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
    registers,
  })
  const waiting = new Gauge({
    name: 'posthorn_deliveries',
    help: 'Deliveries that are not done, by state; those that are retrying are pending too.',
    labelNames: ['destination', 'state'],
    registers,
  })
  const oldest = new Gauge({
    name: 'posthorn_oldest_due_seconds',
    help: 'For how long the first pending delivery has been due.',
    labelNames: ['destination'],
    registers,
  })
  const state = new Gauge({
    name: 'posthorn_destination_state',
    help: '1 for the state that the destination is in.',
    labelNames: ['destination', 'state'],
    registers,
  })

  for (const { name, provider } of sources) {
    accepted.inc({ source: name }, 0)
    if (provider.deadlineSeconds !== undefined) deadlines.set({ source: name }, provider.deadlineSeconds)
  }

  async function collectDestinations(): Promise<void> {
    const views = await destinations()
    for (const gauge of [waiting, oldest, state]) gauge.reset()
    for (const view of views) {
      const destination = view.name
      for (const kind of ['pending', 'retrying', 'leased', 'dead'] as const) {
        waiting.set({ destination, state: kind }, view[kind])
      }
      const dueFor = view.oldestDueAt === null ? 0 : Math.max(0, Date.now() - Date.parse(view.oldestDueAt))
      oldest.set({ destination }, dueFor / 1_000)
      for (const one of states) state.set({ destination, state: one }, view.state === one ? 1 : 0)
    }
  }

  return {
    request(source, result, seconds) {
      const labels = { source: source ?? '' }
      if (result.outcome === 'refused') {
        refused.inc({ ...labels, code: result.code, cause: result.cause })
        return
      }
      ;(result.outcome === 'accepted' ? accepted : duplicates).inc(labels)
      answers.observe(labels, seconds)
    },
    attempt({ destination, outcome, ms }) {
      attempts.inc({ destination, outcome })
      attemptSeconds.observe({ destination }, ms / 1_000)
    },
    commit(events, seconds) {
      if (events === 0) return
      commitSeconds.observe(seconds)
      commitEvents.observe(events)
    },
    async text() {
      // A store that cannot say leaves its figures out; the others matter all the more then.
      await collectDestinations().catch(() => {
        for (const gauge of [waiting, oldest, state]) gauge.reset()
      })
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
