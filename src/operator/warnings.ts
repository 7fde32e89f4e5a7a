import { hash } from 'node:crypto'
import type { Config } from '../config/types.ts'
import { checkStoreClock } from '../diagnosis/check-clock.ts'
import { checkDestination } from '../diagnosis/check-destinations.ts'
import { checkSpace, type Space } from '../diagnosis/check-disk.ts'
import { checkConfig } from '../diagnosis/checks.ts'
import { type Finding, warn } from '../diagnosis/findings.ts'
import { sentenceOf } from '../diagnosis/words.ts'
import type { Store } from '../store/types.ts'
import type { DestinationView } from './schemas.ts'

/** Something that the operator should do something about. */
export interface Warning {
  /** Stays the same while the thing does, for whoever wants to hide it. */
  readonly code: string
  /** `critical`: events are rejected or may be lost. */
  readonly level: 'critical' | 'warning'
  /** What is the matter, and what to do. */
  readonly text: string
}

export interface WarningOptions {
  readonly config: Config
  readonly store: Pick<Store, 'engine' | 'status' | 'doubts' | 'clockAhead'>
  readonly destinations: readonly DestinationView[]
  /** Free and all bytes of the file system of DATA_DIR; null: nobody knows. */
  readonly disk: Space | null
}

const dayMs = 86_400_000

/** Everything that is doubtful now: what the settings say, what the disk has left, what is stuck. The worst first. */
export function findWarnings(options: WarningOptions): readonly Warning[] {
  const { config } = options
  const doubtful = checkConfig(config).flatMap((finding) => (finding.level === 'ok' ? [] : [fromFinding(finding)]))
  const found = [
    ...storeWarnings(options),
    ...clockWarnings(options),
    ...diskWarnings(options),
    ...doubtful,
    ...destinationWarnings(options),
  ]
  return [...found.filter(({ level }) => level === 'critical'), ...found.filter(({ level }) => level === 'warning')]
}

/** Several findings of one check differ in what they say. */
function fromFinding({ check, level, sentence }: Finding): Warning {
  return {
    code: `${check}:${hash('sha256', sentence).slice(0, 12)}`,
    level: level === 'fail' ? 'critical' : 'warning',
    text: sentence,
  }
}

function storeWarnings({ store }: WarningOptions): readonly Warning[] {
  const doubts = store.doubts().map((doubt) => fromFinding(warn('store', sentenceOf(doubt))))
  const { state, error } = store.status()
  if (state === 'ready') return doubts
  const why = error === null ? '' : ` (${error})`
  const text =
    state === 'broken'
      ? `The store is beyond repair while it runs${why}: start the gateway anew. Until then every event is answered 503.`
      : `The store cannot commit${why}: events are answered 503 until it can. Free space, or see to what keeps its data.`
  return [{ code: `store:${state}`, level: 'critical', text }, ...doubts]
}

function clockWarnings({ store: { engine, clockAhead } }: WarningOptions): readonly Warning[] {
  if (engine === 'sqlite') return []
  const { check, level, sentence } = checkStoreClock(engine, clockAhead())
  return level === 'ok' ? [] : [{ code: check, level: level === 'fail' ? 'critical' : 'warning', text: sentence }]
}

function diskWarnings({ config, disk }: WarningOptions): readonly Warning[] {
  if (disk === null) return []
  const { level, sentence } = checkSpace(disk, config.dataDir, Math.round(config.eventRetentionMs / dayMs))
  return level === 'ok' ? [] : [{ code: 'disk', level: level === 'fail' ? 'critical' : 'warning', text: sentence }]
}

/** Dead letters are counted beside the warnings; a pause is meant, as long as it is short. */
function destinationWarnings({ destinations }: WarningOptions): readonly Warning[] {
  return destinations.flatMap((destination): readonly Warning[] => {
    const trouble = checkDestination(destination)
    if (trouble === null || trouble.kind === 'dead' || (trouble.kind === 'paused' && !trouble.isLate)) return []
    return [{ code: `destination:${destination.name}:${trouble.kind}`, level: 'warning', text: trouble.sentence }]
  })
}
