import { plain } from '../plain-text.ts'
import type { Provider } from '../providers/types.ts'
import type { Transmission } from './transmit.ts'

/** What should become of one request. `either`: new or a duplicate, and nobody knows which. */
export type Expected = 'new' | 'duplicate' | 'either' | 'rejected' | 'expired'

/** What became of one request. */
export interface Result {
  readonly expected: Expected
  readonly ok: boolean
  /** What is wrong; null when nothing is. */
  readonly problem: string | null
  /** Null: no answer. */
  readonly status: number | null
  readonly ms: number
  /** The gateway's id of the event; null where the answer does not say. */
  readonly id: string | null
  readonly duplicate: boolean | null
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[]
  /** What was answered, as it came. */
  readonly answer: string
}

/** What every receiver may answer to a request that it does not believe; the gateway answers 401. */
const refusals = [400, 401, 403]
const gatewayWords: Readonly<Record<'rejected' | 'expired', string>> = {
  rejected: 'Invalid signature.',
  expired: 'Request expired.',
}

/** Compares an answer with what was expected of this gateway, or of any other receiver of webhooks. */
export function judge(transmission: Transmission, expected: Expected, provider: Provider, type: string): Result {
  if ('failure' in transmission) {
    const { ms, failure } = transmission
    const nothing = { status: null, id: null, duplicate: null, headers: [], answer: '' }
    return { expected, ok: false, problem: failure, ms, ...nothing }
  }
  const { status, ms, body } = transmission
  const headers = Object.entries(transmission.headers).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => [name, one] as const),
  )
  const { id, duplicate, error } = readAnswer(body)
  const problem = findProblem(transmission, expected, { duplicate, error }, provider, type)
  return { expected, ok: problem === null, problem, status, ms, id, duplicate, headers, answer: body }
}

function findProblem(
  { status, headers, body }: Extract<Transmission, { readonly status: number }>,
  expected: Expected,
  { duplicate, error }: Pick<Answer, 'duplicate' | 'error'>,
  provider: Provider,
  type: string,
): string | null {
  const said = error ?? plain(body, 120)
  if (expected === 'rejected' || expected === 'expired') {
    if (status >= 200 && status < 300) return 'it was accepted, but must be rejected'
    const words = gatewayWords[expected]
    // Another receiver has words of its own, and often one status for all.
    const isGateway = error !== null && Object.values(gatewayWords).includes(error)
    if (isGateway) {
      // A few senders want another status than 401.
      return error === words && status >= 400 && status < 500
        ? null
        : `it should be 401 "${words}", but is ${status} "${said}"`
    }
    return refusals.includes(status) ? null : `it should be rejected with 401, but is ${status}${said && ` "${said}"`}`
  }
  if (status >= 300 && status < 400) {
    return `redirected to ${plain(headers.location ?? 'nowhere')}: senders do not follow that, so give them this URL`
  }
  if (status < 200 || status > 299) return `it should be accepted, but is ${status}${said && ` "${said}"`}`
  const asked = provider.answer
  // `"{type}"` in it stands for the event's type.
  const wanted = asked?.body?.replace('"{type}"', JSON.stringify(type))
  if (asked !== undefined && duplicate === null && (status !== (asked.status ?? 200) || body !== (wanted ?? body))) {
    return `${provider.title} insists on ${asked.status ?? 200} "${wanted ?? ''}", but got ${status} "${plain(body, 120)}"`
  }
  if (duplicate === null || expected === 'either') return null
  if (expected === 'duplicate') return duplicate ? null : 'it was stored again, but is a duplicate'
  return duplicate ? 'it was called a duplicate, but is new' : null
}

interface Answer {
  readonly id: string | null
  readonly duplicate: boolean | null
  readonly error: string | null
}

/** What the gateway says in its answers; nulls where another receiver answers. */
function readAnswer(body: string): Answer {
  const none: Answer = { id: null, duplicate: null, error: null }
  try {
    const answer: unknown = JSON.parse(body)
    if (typeof answer !== 'object' || answer === null) return none
    return {
      id: 'id' in answer && typeof answer.id === 'string' ? plain(answer.id, 80) : null,
      duplicate: 'duplicate' in answer && typeof answer.duplicate === 'boolean' ? answer.duplicate : null,
      error: 'error' in answer && typeof answer.error === 'string' ? plain(answer.error, 120) : null,
    }
  } catch {
    return none
  }
}
