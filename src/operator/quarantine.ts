import type { Config } from '../config/types.ts'
import type { Log } from '../delivery/types.ts'
import { createDiagnoser } from '../diagnosis/diagnoser.ts'
import { segmentOf, subjectOf } from '../diagnosis/kept-request.ts'
import { measureOffset } from '../diagnosis/offset.ts'
import type { Diagnosis, Knowledge, Subject } from '../diagnosis/types.ts'
import type { Readmission, Readmitted, RejectedAgain, RejectedRequest } from '../events/readmission.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import type { KeyService } from '../keys/service.ts'
import { beforeAllRejections } from '../store/event-id.ts'
import type { BatchStep, RejectionQuery, Store, StoredRejection } from '../store/types.ts'
import { OperatorError } from './problem.ts'

export type RejectionFilter = Pick<RejectionQuery, 'source' | 'cause' | 'from' | 'to'>

/** What came of one rejected request that was to be released. */
export type ReleaseResult = { readonly id: string } & Readmitted

/** Releasing many, a step at a time, in a way that whoever goes on after a crash counts each of them once. */
export interface Releases {
  /**
   * Takes the next ones that are genuine by the settings of now, the oldest first. They stay in the list until `letGo`: one
   * whose release is not remembered is released again, which stores nothing twice.
   */
  releaseBatch(query: RejectionQuery): Promise<ReleaseStep>
  /** What was taken is gone from the list. */
  letGo(results: readonly ReleaseResult[]): Promise<void>
}

export interface ReleaseStep extends BatchStep {
  readonly results: readonly ReleaseResult[]
}

/** Rejected requests: why, and what is to become of them. */
export interface Quarantine extends Releases {
  diagnose(rejection: StoredRejection): Promise<Diagnosis>
  /**
   * Takes it as if it had just arrived, if it is genuine by the settings of now; then it is gone from here. Its signed time is
   * judged by the time at which it came.
   * @throws {OperatorError} 404 when there is none, 409 while it is being released already
   */
  release(id: string): Promise<ReleaseResult>
  /** How many match, and how many of the first ones would be taken. */
  tryOut(filter: RejectionFilter): Promise<TryOut>
  close(): Promise<void>
}

export interface TryOut {
  readonly matching: number
  readonly examined: number
  readonly genuine: number
}

export interface QuarantineOptions {
  readonly config: Config
  readonly store: Store
  readonly captured: CapturedSecrets
  readonly keys: KeyService | null
  readonly readmission: Readmission
  readonly log: Log
}

const pageSize = 500
/** So many are verified for a dry run. */
const maxTriedOut = 1_000
/** Other rejected requests that are asked what time it was, and how large they may be. */
const maxWitnesses = 8
const witnessBytes = 64 * 1024
const HOUR_MS = 60 * 60 * 1000

export function createQuarantine(options: QuarantineOptions): Quarantine {
  const { config, store, captured, keys, readmission, log } = options
  const diagnoser = createDiagnoser(keys)
  const underWay = new Set<string>()
  const sources = [...config.sources.values(), config.defaultSource]

  function knowledge(otherOffsets: Knowledge['otherOffsets'] = []): Knowledge {
    return {
      sources,
      defaultSourceOpen: config.defaultSourceOpen,
      publicUrl: config.publicUrl,
      captured: Object.fromEntries(sources.map(({ name }) => [name, captured.of(name)])),
      otherOffsets,
    }
  }

  /** By how much the times of other sources' requests were off at about that time: the clock may be ours. */
  async function witnesses({ source, receivedAt }: Subject): Promise<Knowledge['otherOffsets']> {
    if (receivedAt === null) return []
    const around = { from: receivedAt - HOUR_MS, to: receivedAt + HOUR_MS }
    const { rejections } = await store.rejections({ cause: 'expired', limit: 100, ...around })
    const others = rejections.filter((one) => one.source !== source && one.bodySize <= witnessBytes)
    const offsets: { source: string; seconds: number }[] = []
    for (const { id } of others.slice(0, maxWitnesses)) {
      const kept = await store.getRejection(id)
      const seconds = kept === null ? null : await measureOffset(subjectOf(kept), knowledge(), keys)
      if (kept !== null && seconds !== null) offsets.push({ source: kept.source ?? 'default', seconds })
    }
    return offsets
  }

  async function find(id: string): Promise<StoredRejection> {
    const kept = await store.getRejection(id)
    if (kept === null) {
      throw new OperatorError(
        404,
        'There is no such rejected request: it was released or deleted, or newer ones took its place.',
      )
    }
    return kept
  }

  /** @throws {OperatorError} 409 while this process releases it already */
  async function alone<T>(id: string, work: () => Promise<T>): Promise<T> {
    if (underWay.has(id)) throw new OperatorError(409, 'It is being released already.')
    underWay.add(id)
    try {
      return await work()
    } finally {
      underWay.delete(id)
    }
  }

  async function take(id: string): Promise<ReleaseResult> {
    const kept = await find(id)
    const missing = unreleasable(kept)
    if (missing !== null) return { id, ...missing }
    const result = await readmission.take(rejectedRequest(kept))
    log.info({ rejection: id, ...result }, 'the operator released a rejected request')
    return { id, ...result }
  }

  async function letGo(results: readonly ReleaseResult[]): Promise<void> {
    const taken = results.filter(({ outcome }) => outcome !== 'rejected')
    await Promise.all(taken.map(({ id }) => store.deleteRejection(id)))
  }

  async function isGenuine(id: string): Promise<boolean> {
    const kept = await store.getRejection(id)
    if (kept === null || unreleasable(kept) !== null) return false
    return (await readmission.judge(rejectedRequest(kept))) === null
  }

  return {
    async diagnose(rejection) {
      const subject = subjectOf(rejection)
      const offsets = rejection.cause === 'expired' ? await witnesses(subject) : []
      return diagnoser.diagnose(subject, knowledge(offsets))
    },
    release: (id) =>
      alone(id, async () => {
        const result = await take(id)
        await letGo([result])
        return result
      }),
    async releaseBatch(query) {
      const { rejections } = await store.rejections({ ...query, after: query.after ?? beforeAllRejections })
      const results: ReleaseResult[] = []
      let last: string | null = null
      for (const { id } of rejections) {
        try {
          results.push(await alone(id, () => take(id)))
        } catch (error) {
          // Those that somebody else releases or deleted meanwhile are passed over.
          if (!(error instanceof OperatorError)) {
            if (last === null) throw error
            break
          }
        }
        last = id
      }
      return { count: results.length, next: last, results }
    },
    letGo,
    async tryOut(filter) {
      let [matching, examined, genuine] = [0, 0, 0]
      for (let after: string | null = beforeAllRejections; after !== null; ) {
        const { rejections, next } = await store.rejections({ ...filter, after, limit: pageSize })
        for (const { id } of rejections.slice(0, maxTriedOut - examined)) {
          examined += 1
          if (await isGenuine(id)) genuine += 1
        }
        matching += rejections.length
        after = next
      }
      return { matching, examined, genuine }
    },
    close: () => diagnoser.close(),
  }
}

function unreleasable({ body, cause }: StoredRejection): RejectedAgain | null {
  if (body !== null) return null
  return {
    outcome: 'rejected',
    cause,
    detail: 'Its body was not kept (too large, or rejected before it was read): have its sender send it again.',
  }
}

function rejectedRequest(kept: StoredRejection): RejectedRequest {
  const { request, remoteAddress } = subjectOf(kept)
  return { id: kept.id, request, segment: segmentOf(kept.url), remoteAddress, receivedAt: kept.receivedAt }
}
