import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { SourceConfig } from '../config/types.ts'
import type { AttemptReport } from '../delivery/report.ts'
import { version } from '../version.ts'
import { createGauges, type GaugeOptions } from './gauges.ts'

/** What became of a request to a webhook route. */
export type RequestResult =
  | { readonly outcome: 'accepted' | 'duplicate'; readonly bytes: number }
  | { readonly outcome: 'rejected'; readonly code: string; readonly cause: string }

/** Counts what happens, for Prometheus. */
export interface Metrics {
  /** @param source null: none was found  @param seconds until it was answered */
  request(source: string | null, result: RequestResult, seconds: number): void
  attempt(report: AttemptReport): void
  /** A destination is left alone from now on, or is back. */
  breaker(destination: string, change: 'opened' | 'closed'): void
  /** @param seconds from handing it to the writing thread until it was on stable storage */
  commit(events: number, seconds: number): void
  /** In the Prometheus text format. */
  text(): Promise<string>
  readonly contentType: string
}

export interface MetricsOptions extends GaugeOptions {
  readonly sources: Iterable<SourceConfig>
  /** Told of every event that was answered 200: seconds. */
  readonly onAnswer?: (seconds: number) => void
}

/** Senders give up after 3, 5, 10, 15, 20 or 30 seconds; a commit takes milliseconds. */
const answerBuckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 15, 20, 30]
const attemptBuckets = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]
const commitBuckets = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5]

export function createMetrics({ sources, onAnswer, ...options }: MetricsOptions): Metrics {
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
  const bytes = new Counter({
    name: 'posthorn_received_bytes_total',
    help: 'Bytes of the bodies of events, repeats included.',
    labelNames: ['source'],
    registers,
  })
  const late = new Counter({
    name: 'posthorn_late_answers_total',
    help: 'Events answered 200 after the sender had stopped waiting, where it says how long it waits.',
    labelNames: ['source'],
    registers,
  })
  const rejected = new Counter({
    name: 'posthorn_requests_rejected_total',
    help: 'Requests rejected, by the code that the log has too, and its cause.',
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
  const openings = new Counter({
    name: 'posthorn_breaker_openings_total',
    help: 'How often a destination was left alone because it only failed.',
    labelNames: ['destination'],
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
  const info = new Gauge({
    name: 'posthorn_info',
    help: 'Always 1; its label says which version runs.',
    labelNames: ['version'],
    registers,
  })
  info.set({ version }, 1)

  const deadlineOf = new Map<string, number>()
  for (const { name, provider } of sources) {
    const { deadlineSeconds } = provider
    for (const counter of [accepted, duplicates, bytes]) counter.inc({ source: name }, 0)
    if (deadlineSeconds === undefined) continue
    deadlineOf.set(name, deadlineSeconds)
    deadlines.set({ source: name }, deadlineSeconds)
    late.inc({ source: name }, 0)
  }

  const collect = createGauges(registry, options)

  return {
    request(source, result, seconds) {
      const labels = { source: source ?? '' }
      if (result.outcome === 'rejected') {
        rejected.inc({ ...labels, code: result.code, cause: result.cause })
        return
      }
      ;(result.outcome === 'accepted' ? accepted : duplicates).inc(labels)
      answers.observe(labels, seconds)
      onAnswer?.(seconds)
      bytes.inc(labels, result.bytes)
      if (seconds > (deadlineOf.get(labels.source) ?? Number.POSITIVE_INFINITY)) late.inc(labels)
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
    breaker(destination, change) {
      if (change === 'opened') openings.inc({ destination })
    },
    async text() {
      await collect()
      return registry.metrics()
    },
    contentType: registry.contentType,
  }
}
