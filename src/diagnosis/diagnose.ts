import type { KeyService } from '../keys/service.ts'
import type { Accepted, Refused } from '../verification/types.ts'
import { type Bench, createBench } from './bench.ts'
import { alteredBody, alteredBodyAndSecret } from './hypotheses/bodies.ts'
import { filedCause, redirected, unknownSource } from './hypotheses/filed.ts'
import { foreignHeaders, otherProvider, renamedHeader, unsigned } from './hypotheses/headers.ts'
import { lastResort } from './hypotheses/last.ts'
import { othersRequest, othersSecret, otherwiseWritten } from './hypotheses/secrets.ts'
import { joinedHeader, otherRule, otherwisePresented, truncated } from './hypotheses/signatures.ts'
import { wrongTime } from './hypotheses/times.ts'
import { otherUrl } from './hypotheses/urls.ts'
import { withoutSecrets } from './secrecy.ts'
import type { Diagnosis, Knowledge, Subject } from './types.ts'
import { likely, proven, secretSetting, sourceLabel, timeText } from './words.ts'

type Hypothesis = (bench: Bench) => Promise<Diagnosis | null> | Diagnosis | null

/** Of a signature that is there and fits nothing, the likeliest first. */
const whenWrong: readonly Hypothesis[] = [
  otherwiseWritten,
  othersSecret,
  othersRequest,
  otherUrl,
  alteredBody,
  otherwisePresented,
  joinedHeader,
  truncated,
  renamedHeader,
  otherProvider,
  otherRule,
  alteredBodyAndSecret,
]

/** Of one that cannot be read: how it is written first. */
const whenMalformed: readonly Hypothesis[] = [joinedHeader, otherwisePresented, truncated, ...whenWrong]

/** Of none. */
const whenMissing: readonly Hypothesis[] = [othersRequest, otherProvider, renamedHeader, foreignHeaders]

/**
 * Why a request was rejected: the first hypothesis under which it would be genuine. Each is the request, a secret, the row or
 * the URL with one thing changed, judged by the engine that verifies; the number of trials and of bytes hashed is bounded.
 * Never shows a secret. `keys`: what asks for the keys that senders publish; null: they cannot be asked for.
 */
export async function diagnose(subject: Subject, knowledge: Knowledge, keys: KeyService | null): Promise<Diagnosis> {
  const source = knowledge.sources.find(({ name }) => name === subject.source)
  if (source === undefined) {
    return likely(
      'unknown_source',
      `There is no source "${subject.source}" any more: configure it again, or have its sender post elsewhere.`,
    )
  }
  const bench = createBench({ subject, source, knowledge, keys })
  return withoutSecrets(await find(bench), subject, knowledge)
}

async function find(bench: Bench): Promise<Diagnosis> {
  const { source, subject } = bench
  const filed = filedCause(bench)
  if (filed !== null) return filed
  const unknown = await unknownSource(bench)
  if (unknown !== null) return unknown
  const bodiless = redirected(bench)
  if (bodiless !== null) return bodiless
  const verdict = await bench.verdict()
  if (verdict === null) {
    if (source.secrets === null) return proven('genuine', `${sourceLabel(source.name)} takes whatever comes.`)
    return likely('wrong_secret', `The secret of ${sourceLabel(source.name)} cannot be used: see the log of the start.`)
  }
  if (verdict.ok) return genuine(bench, verdict)
  if (carriesNoToken(bench)) return tokenless(bench)
  if (!subject.bodyKept && subject.bodySize > 0) {
    return likely(
      verdict.cause === 'missing' ? 'missing_signature' : 'wrong_secret',
      `${verdict.detail} Its body of ${subject.bodySize} bytes was not kept, so no more can be found out.`,
    )
  }
  if (verdict.cause === 'expired') return (await wrongTime(bench)) ?? lastResort(bench, verdict)
  for (const hypothesis of hypothesesFor(verdict)) {
    const found = await hypothesis(bench)
    if (found !== null) return found
  }
  return verdict.cause === 'missing' ? unsigned(bench) : lastResort(bench, verdict)
}

function hypothesesFor({ cause }: Refused): readonly Hypothesis[] {
  if (cause === 'missing') return whenMissing
  if (cause === 'unavailable') return [othersRequest]
  return cause === 'malformed' ? whenMalformed : whenWrong
}

function genuine({ source, subject }: Bench, { secret, signedAt }: Accepted): Diagnosis {
  const now = subject.filed === null ? 'It is genuine' : 'By the settings of now it is genuine: release it'
  const facts = signedAt === null ? [] : [{ name: 'signed at', value: timeText(signedAt) }]
  if (secret === 'current') return proven('genuine', `${now}.`, facts)
  return proven(
    'genuine',
    `${now}. It is signed with the previous secret of ${sourceLabel(source.name)}: give its sender the new one before ${secretSetting(source.name)}_PREVIOUS is removed.`,
    facts,
  )
}

/** Whether the proof of its requests is the secret itself, which is not kept with what was rejected. */
function carriesNoToken({ source, subject, secrets }: Bench): boolean {
  if (subject.filed === null || secrets.length === 0) return false
  return source.provider.schemes.every(({ kind }) => kind === 'token')
}

function tokenless({ source, subject }: Bench): Diagnosis {
  const { title, setup } = source.provider
  if (subject.filed?.cause === 'missing') {
    return likely(
      'missing_signature',
      `It came without the secret that ${title} must send: set it at the sender. ${setup}`,
    )
  }
  return likely(
    'token_not_kept',
    `The secret that it came with is not that of ${sourceLabel(source.name)} (${subject.filed?.detail ?? 'it was rejected'}), and is not kept, so no more can be found out: give the sender the one in ${secretSetting(source.name)}.`,
  )
}
