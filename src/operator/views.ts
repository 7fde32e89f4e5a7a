import { isUtf8 } from 'node:buffer'
import type { Diagnosis } from '../diagnosis/types.ts'
import { isCredential } from '../events/credentials.ts'
import type {
  Attempt,
  Delivery,
  EventSummary,
  ListedDelivery,
  RejectionSummary,
  StoredEvent,
  StoredRejection,
} from '../store/types.ts'
import { storedTrace, withoutTrace } from '../tracing/stored-trace.ts'
import type { Job, JobDetail } from './jobs.ts'
import type { ReleaseResult } from './quarantine.ts'
import type {
  AttemptView,
  BodyView,
  DeliveryView,
  EventDetailView,
  EventView,
  HeaderView,
  JobDetailView,
  JobView,
  ListedDeliveryView,
  RejectionDetailView,
  RejectionView,
  ReleaseOutcomeView,
} from './schemas.ts'

/** Of a body, so much is shown with the event, in bytes; the whole has a route of its own. */
const shownBytes = 256 * 1024

const hidden = '[hidden]'

export const isoTime = (ms: number): string => new Date(ms).toISOString()
export const isoTimeOrNull = (ms: number | null): string | null => (ms === null ? null : isoTime(ms))

export function eventView({ deliveries, receivedAt, ...event }: EventSummary): EventView {
  const { id, source, type, externalId, bodySize, duplicates, conflict, repeated, secret } = event
  return {
    id,
    source,
    type,
    externalId,
    receivedAt: isoTime(receivedAt),
    bodySize,
    duplicates,
    conflict,
    repeated,
    secret,
    deliveries: deliveries.map(deliveryView),
  }
}

export function eventDetailView(
  event: StoredEvent & { readonly deliveries: readonly Delivery[] },
  attempts: readonly Attempt[],
): EventDetailView {
  return {
    ...eventView(event),
    headers: headerViews(withoutTrace(event.headers)),
    body: event.body === null ? null : bodyView(event.body),
    traceId: storedTrace(event.headers)?.traceId ?? null,
    attempts: attempts.map(attemptView),
  }
}

export function deliveryView({ attempt, dueAt, ...delivery }: Delivery): DeliveryView {
  const { destination, state, retrying, lastStatus, lastError, orderingKey } = delivery
  return { destination, state, retrying, attempts: attempt, dueAt: isoTime(dueAt), lastStatus, lastError, orderingKey }
}

export function listedDeliveryView(delivery: ListedDelivery): ListedDeliveryView {
  const { eventId, source, type, receivedAt } = delivery
  return { eventId, source, type, receivedAt: isoTime(receivedAt), ...deliveryView(delivery) }
}

export function attemptView({ startedAt, responseHeaders, responseBody, ...attempt }: Attempt): AttemptView {
  const { destination, attempt: number, durationMs, outcome, status, error } = attempt
  return {
    destination,
    attempt: number,
    startedAt: isoTime(startedAt),
    durationMs,
    outcome,
    status,
    error,
    responseHeaders: headerViews(responseHeaders),
    responseBody: responseBody === null ? null : bodyView(responseBody),
  }
}

export function rejectionView(rejection: RejectionSummary): RejectionView {
  const { id, source, cause, detail, receivedAt, method, url, remoteAddress, bodySize } = rejection
  return { id, source, cause, detail, receivedAt: isoTime(receivedAt), method, url, remoteAddress, bodySize }
}

export function rejectionDetailView(rejection: StoredRejection, diagnosis: Diagnosis | null): RejectionDetailView {
  return {
    ...rejectionView(rejection),
    headers: headerViews(rejection.headers),
    body: rejection.body === null ? null : bodyView(rejection.body),
    diagnosis: diagnosisView(diagnosis),
  }
}

/** Null: it could not be looked into. */
export function diagnosisView(diagnosis: Diagnosis | null): RejectionDetailView['diagnosis'] {
  return diagnosis === null ? null : { ...diagnosis, facts: [...diagnosis.facts] }
}

export function releaseView(result: ReleaseResult): ReleaseOutcomeView {
  const { id, outcome } = result
  return outcome === 'rejected'
    ? { id, outcome, eventId: null, type: null, cause: result.cause, detail: result.detail }
    : { id, outcome, eventId: result.eventId, type: result.type, cause: null, detail: null }
}

export function jobDetailView(job: JobDetail): JobDetailView {
  return { ...jobView(job), results: job.results.map(releaseView) }
}

export function jobView({ id, kind, state, count, ratePerSecond, ...job }: Job): JobView {
  const { destination = null, startedAt, endedAt, error } = job
  return {
    id,
    kind,
    state,
    count,
    ratePerSecond,
    destination,
    startedAt: isoTime(startedAt),
    endedAt: isoTimeOrNull(endedAt),
    error,
  }
}

function headerViews(headers: readonly string[]): HeaderView[] {
  const views: HeaderView[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    // Node hands headers over as latin1, one character per byte.
    const value = Buffer.from(headers[i + 1] ?? '', 'latin1').toString('utf8')
    views.push([name, isCredential(name) ? hidden : value])
  }
  return views
}

export function bodyView(bytes: Uint8Array): BodyView {
  const whole = isUtf8(bytes)
  const shown = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, shownBytes))
  const truncated = bytes.byteLength > shownBytes
  // A cut through a character leaves a mark at the end of a text that says that it is cut.
  if (whole) return { encoding: 'utf8', text: shown.toString('utf8'), truncated }
  return { encoding: 'base64', text: shown.toString('base64'), truncated }
}
