import type { JwtScheme } from '../../providers/types.ts'
import { decodeBase64Url } from '../../verification/encoding.ts'
import { placeReader } from '../../verification/places.ts'
import type { SignedRequest } from '../../verification/types.ts'
import type { Bench } from '../bench.ts'
import type { Diagnosis, Fact } from '../types.ts'
import { likely, proven, sourceLabel, spanOf, timeText } from '../words.ts'

const HOUR = 3600
/** Seconds within which two offsets count as one. */
const alike = 60

/** The signature is right, its time is not. */
export async function wrongTime(bench: Bench): Promise<Diagnosis | null> {
  const { subject, source, knowledge } = bench
  const { receivedAt } = subject
  if (receivedAt === null) return null
  const signedAt = await signedTime(bench)
  const title = source.provider.title
  if (signedAt === null) {
    return proven('timestamp_past', `The signature is right, but its time is over: have ${title} send the event again.`)
  }
  const seconds = (receivedAt - signedAt) / 1000
  const facts = [
    { name: 'signed at', value: timeText(signedAt) },
    { name: 'received at', value: timeText(receivedAt) },
  ]
  const unit = otherUnit(signedAt, receivedAt)
  if (unit !== null) {
    const [is, taken] = unit
    return proven(
      'timestamp_unit',
      `The signed time is in ${is}, but ${title}'s is in ${taken}: have the sender write it in ${taken}.`,
      [{ name: 'received at', value: timeText(receivedAt) }],
    )
  }
  const clock = clockEvidence(subject.request, receivedAt, seconds)
  const others = [
    ...new Set(
      knowledge.otherOffsets
        .filter((other) => other.source !== source.name && Math.abs(other.seconds - seconds) <= alike)
        .map((other) => other.source),
    ),
  ]
  if (clock !== null || others.length > 0) {
    const why =
      clock === null
        ? `requests of ${others.map(sourceLabel).join(', ')} are off by as much`
        : `${clock.name} on the way says ${clock.value}`
    return proven(
      'clock_wrong',
      `This machine's clock is ${spanOf(seconds)} ${seconds > 0 ? 'ahead' : 'behind'} (${why}): set it right (NTP). What was rejected is sent again by most senders; else raise TIMESTAMP_TOLERANCE_SECONDS for a moment and release it.`,
      clock === null ? facts : [...facts, clock],
    )
  }
  if (isZone(seconds)) {
    const hours = Math.round((-seconds / HOUR) * 4) / 4
    return likely(
      'timestamp_zone',
      `The signed time is ${spanOf(seconds)} ${seconds > 0 ? 'behind' : 'ahead'}, a whole number of time zones (UTC${hours >= 0 ? '+' : ''}${hours}): have the sender sign UTC, or find what held it back for just so long.`,
      facts,
    )
  }
  const tolerance = source.toleranceSeconds ?? toleranceOf(bench)
  if (seconds < 0) {
    return proven(
      'timestamp_future',
      `The signature is right, but its time is ${spanOf(seconds)} ahead of this machine's (${tolerance} s are tolerated): the sender's clock is ahead or ours behind; compare both with NTP.`,
      facts,
    )
  }
  return proven(
    'timestamp_past',
    `The signature is right, but it was made ${spanOf(seconds)} before it came (${tolerance} s are tolerated): it waited in a queue or a retry on the way, was sent again by hand, or this machine's clock is ahead; raise TIMESTAMP_TOLERANCE_SECONDS only if something on the way must hold events back.`,
    facts,
  )
}

async function signedTime(bench: Bench): Promise<number | null> {
  const verdict = await bench.judge({})
  if (verdict?.ok) return verdict.signedAt
  for (const scheme of bench.source.provider.schemes) {
    const end = scheme.kind === 'jwt' ? jwtTime(scheme, bench.subject.request) : null
    if (end !== null) return end
  }
  return null
}

/** When it was made, else when it ended, in milliseconds. */
function jwtTime({ at, prefix = '' }: JwtScheme, request: SignedRequest): number | null {
  const value = placeReader(at)(request) ?? ''
  const [, payload = ''] = value.replace(prefix, '').split('.')
  try {
    const claims: unknown = JSON.parse(decodeBase64Url(payload)?.toString('utf8') ?? '')
    if (typeof claims !== 'object' || claims === null) return null
    for (const name of ['iat', 'nbf', 'exp']) {
      const time: unknown = Reflect.get(claims, name)
      if (typeof time === 'number') return time * 1000
    }
  } catch {
    // Then it says no time.
  }
  return null
}

const MOST_OFF = 7 * 24 * HOUR * 1000

/** What unit the time seems to be in, and in which it was read; null: in that one. */
function otherUnit(signedAt: number, receivedAt: number): readonly [is: string, taken: string] | null {
  const near = (time: number) => Math.abs(time - receivedAt) < MOST_OFF
  if (near(signedAt)) return null
  if (near(signedAt / 1000)) return ['milliseconds', 'seconds']
  if (near(signedAt * 1000)) return ['seconds', 'milliseconds']
  if (near(signedAt / 1_000_000)) return ['microseconds', 'seconds']
  return near(signedAt / 1_000_000_000) ? ['nanoseconds', 'seconds'] : null
}

function isZone(seconds: number): boolean {
  const quarters = Math.round(seconds / (HOUR / 4))
  return (
    Math.abs(seconds) > HOUR - alike &&
    Math.abs(seconds) < 15 * HOUR &&
    Math.abs(seconds - quarters * (HOUR / 4)) <= alike / 2 &&
    quarters % 2 === 0
  )
}

/**
 * What others on the way say the time was when they passed it on, where that disagrees with us as much as the sender does:
 * a Date, X-Request-Start (`t=` or nothing, in seconds, milli- or microseconds), or the time in an AWS trace id.
 */
function clockEvidence({ headers }: SignedRequest, receivedAt: number, seconds: number): Fact | null {
  const text = (name: string) => (typeof headers[name] === 'string' ? headers[name] : '')
  const start = /^(?:t=)?(\d{10,16})(?:\.\d+)?$/.exec(text('x-request-start').trim())?.[1] ?? ''
  const trace = /Root=1-([0-9a-f]{8})-/i.exec(text('x-amzn-trace-id'))?.[1] ?? ''
  const known: readonly (readonly [name: string, ms: number])[] = [
    ['X-Request-Start', start === '' ? Number.NaN : Number(start) * 10 ** (13 - start.length)],
    ['X-Amzn-Trace-Id', trace === '' ? Number.NaN : Number.parseInt(trace, 16) * 1000],
    ['Date', Date.parse(text('date'))],
  ]
  for (const [name, ms] of known) {
    const off = (receivedAt - ms) / 1000
    if (!Number.isNaN(ms) && Math.abs(off - seconds) <= alike && Math.abs(off) > alike) {
      return { name, value: timeText(ms) }
    }
  }
  return null
}

function toleranceOf({ source }: Bench): number {
  const times = source.provider.schemes.flatMap((scheme) =>
    'timestamp' in scheme ? [scheme.timestamp?.tolerance ?? 0] : [],
  )
  return Math.max(0, ...times)
}
