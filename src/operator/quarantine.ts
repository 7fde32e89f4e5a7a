import type { Config } from '../config/types.ts'
import type { Log } from '../delivery/types.ts'
import { createDiagnoser } from '../diagnosis/diagnoser.ts'
import { segmentOf, subjectOf } from '../diagnosis/kept-request.ts'
import { measureOffset } from '../diagnosis/offset.ts'
import type { Diagnosis, Knowledge, Subject } from '../diagnosis/types.ts'
import type { Readmission, Readmitted, RefusedAgain, RefusedRequest } from '../events/readmission.ts'
import type { CapturedSecrets } from '../handshakes/captured-secrets.ts'
import type { KeyService } from '../keys/service.ts'
import type { RejectionQuery, Store, StoredRejection } from '../store/types.ts'
import { OperatorError } from './problem.ts'

export type RejectionFilter = Pick<RejectionQuery, 'source' | 'cause' | 'from' | 'to'>

/** What came of one refused request that was to be released. */
export type ReleaseResult = { readonly id: string } & Readmitted

/** Refused requests: why, and what is to become of them. */
export interface Quarantine {
  diagnose(rejection: StoredRejection): Promise<Diagnosis>
  /**
   * Takes it as if it had just arrived, if it is genuine by the settings of now; then it is gone from here. Its signed time is
   * judged by the time at which it came.
   * @throws {OperatorError} 404 when there is none, 409 while it is being released already
   */
  release(id: string): Promise<ReleaseResult>
  /** Ids of all that match, the oldest first. */
  matching(filter: RejectionFilter): Promise<readonly string[]>
  /** How many of the first ones would be taken. */
  tryOut(ids: readonly string[]): Promise<{ readonly examined: number; readonly genuine: number }>
  close(): Promise<void>
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
/** Other refused requests that are asked what time it was, and how large they may be. */
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
        'There is no such refused request: it was released or deleted, or newer ones took its place.',
      )
    }
    return kept
  }

  return {
    async diagnose(rejection) {
      const subject = subjectOf(rejection)
      const offsets = rejection.cause === 'expired' ? await witnesses(subject) : []
      return diagnoser.diagnose(subject, knowledge(offsets))
    },
    async release(id) {
      if (underWay.has(id)) throw new OperatorError(409, 'It is being released already.')
      underWay.add(id)
      try {
        const kept = await find(id)
        const missing = unreleasable(kept)
        if (missing !== null) return { id, ...missing }
        const result = await readmission.take(refusedRequest(kept))
        if (result.outcome !== 'refused') await store.deleteRejection(id)
        log.info({ rejection: id, ...result }, 'the operator released a refused request')
        return { id, ...result }
      } finally {
        underWay.delete(id)
      }
    },
    async matching(filter) {
      const ids: string[] = []
      let before: string | undefined
      for (;;) {
        const page = await store.rejections({ ...filter, limit: pageSize, ...(before === undefined ? {} : { before }) })
        ids.push(...page.rejections.map(({ id }) => id))
        if (page.next === null) return ids.reverse()
        before = page.next
      }
    },
    async tryOut(ids) {
      let genuine = 0
      const tried = ids.slice(0, maxTriedOut)
      for (const id of tried) {
        const kept = await store.getRejection(id)
        if (kept === null || unreleasable(kept) !== null) continue
        if ((await readmission.judge(refusedRequest(kept))) === null) genuine += 1
      }
      return { examined: tried.length, genuine }
    },
    close: () => diagnoser.close(),
  }
}

function unreleasable({ body, cause }: StoredRejection): RefusedAgain | null {
  if (body !== null) return null
  return {
    outcome: 'refused',
    cause,
    detail: 'Its body was not kept (too large, or refused before it was read): have its sender send it again.',
  }
}

function refusedRequest(kept: StoredRejection): RefusedRequest {
  const { request, remoteAddress } = subjectOf(kept)
  return { id: kept.id, request, segment: segmentOf(kept.url), remoteAddress, receivedAt: kept.receivedAt }
}
