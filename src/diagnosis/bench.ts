import type { SourceConfig } from '../config/types.ts'
import type { KeyService } from '../keys/service.ts'
import type { Provider } from '../providers/types.ts'
import { compileFetchingVerifier, compileVerifier, fetchesKeys } from '../verification/compile.ts'
import type { SignedRequest, SourceSecrets, Verdict } from '../verification/types.ts'
import type { Knowledge, Subject } from './types.ts'

/** What is different from the request as it came and the source as it is; the rest stays. */
export interface Variant {
  readonly provider?: Provider
  readonly secret?: string
  readonly request?: SignedRequest
  readonly publicUrl?: string | null
}

/** Where hypotheses are tried: the engine that verifies, given something else. */
export interface Bench {
  readonly subject: Subject
  readonly source: SourceConfig
  readonly knowledge: Knowledge
  /** The secrets of the source: configured, then brought by its sender. */
  readonly secrets: readonly string[]
  /** The verdict on the request as it is, at the time at which it came. Null: nothing is verified here. */
  verdict(): Promise<Verdict | null>
  /** Whether it would be genuine so, whenever it came. Where no secret is given, with any of the source's. */
  fits(variant: Variant): Promise<boolean>
  /** The same, with what the engine says. */
  judge(variant: Variant): Promise<Verdict | null>
  /** Whether there was more to try than may be. */
  exhausted(): boolean
}

export interface BenchOptions {
  readonly subject: Subject
  readonly source: SourceConfig
  readonly knowledge: Knowledge
  /** Null: keys that senders publish cannot be asked for here. */
  readonly keys: KeyService | null
}

/** What one diagnosis may cost: a second or two where bodies are as large as they are kept. */
const maxTrials = 6_000
const maxBytes = 160 * 1024 * 1024
/** What a trial costs besides its body. */
const trialBytes = 8 * 1024
/** Seconds; longer than any clock is off. */
const forever = Number.MAX_SAFE_INTEGER

export function createBench({ subject, source, knowledge, keys }: BenchOptions): Bench {
  const { captured } = knowledge
  const { secrets } = source
  const brought = captured[source.name] ?? []
  const own = [
    ...new Set([...(secrets === null ? [] : [secrets.current, secrets.previous ?? secrets.current]), ...brought]),
  ]
  const nowMs = subject.receivedAt ?? Date.now()
  let trials = 0
  let bytes = 0

  function isSpent(request: SignedRequest, provider: Provider): boolean {
    trials += 1
    bytes += request.body.byteLength * provider.schemes.length + trialBytes
    return trials > maxTrials || bytes > maxBytes
  }

  async function ask(
    provider: Provider,
    secret: SourceSecrets,
    request: SignedRequest,
    publicUrl: string | null,
    toleranceSeconds: number | null,
  ): Promise<Verdict | null> {
    const options = { toleranceSeconds, publicUrl }
    try {
      const verify =
        keys !== null && fetchesKeys(provider, secret)
          ? compileFetchingVerifier(provider, secret, options, keys)
          : compileVerifier(provider, secret, options)
      return await verify(request, nowMs)
    } catch {
      // The secret cannot serve this row: then it is not what was used.
      return null
    }
  }

  async function judge(variant: Variant): Promise<Verdict | null> {
    const { provider = source.provider, request = subject.request, publicUrl = knowledge.publicUrl } = variant
    let last: Verdict | null = null
    for (const secret of variant.secret === undefined ? own : [variant.secret]) {
      if (isSpent(request, provider)) return last
      const verdict = await ask(provider, { current: secret, previous: null }, request, publicUrl, forever)
      if (verdict !== null && isRight(verdict)) return verdict
      last ??= verdict
    }
    return last
  }

  return {
    subject,
    source,
    knowledge,
    secrets: own,
    judge,
    async verdict() {
      if (own.length === 0) return null
      const { toleranceSeconds, provider } = source
      const tolerance = subject.receivedAt === null ? forever : toleranceSeconds
      const [current = '', previous = null] = own
      const asked: SourceSecrets[] =
        secrets === null
          ? own.map((one) => ({ current: one, previous: null }))
          : [{ current, previous: secrets.previous === null ? null : previous }, ...brought.map(alone)]
      let first: Verdict | null = null
      for (const one of asked) {
        const verdict = await ask(provider, one, subject.request, knowledge.publicUrl, tolerance)
        if (verdict?.ok) return verdict
        if (first === null || (verdict !== null && !verdict.ok && verdict.cause === 'expired')) first = verdict
      }
      return first
    },
    async fits(variant) {
      const verdict = await judge(variant)
      return verdict !== null && isRight(verdict)
    },
    exhausted: () => trials > maxTrials || bytes > maxBytes,
  }
}

const alone = (current: string): SourceSecrets => ({ current, previous: null })

/** The signature is right, and a JWT may have ended since. */
function isRight(verdict: Verdict): boolean {
  return verdict.ok || verdict.cause === 'expired'
}
