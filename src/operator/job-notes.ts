import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Note, Store } from '../store/types.ts'
import type { ReleaseResult } from './quarantine.ts'

const text = Type.String()
const time = Type.Number()

/** Of deliveries, or of rejected requests. */
const Filter = Type.Object({
  source: Type.Optional(text),
  cause: Type.Optional(text),
  type: Type.Optional(text),
  from: Type.Optional(time),
  to: Type.Optional(time),
  destination: Type.Optional(text),
  state: Type.Optional(
    Type.Union(
      (['pending', 'leased', 'done', 'dead', 'discarded', 'retrying'] as const).map((state) => Type.Literal(state)),
    ),
  ),
})

const JobRequest = Type.Object({
  kind: Type.Union((['replay', 'discard', 'release'] as const).map((kind) => Type.Literal(kind))),
  filter: Filter,
  /** Deliver to this destination instead; of a replay only. */
  destination: Type.Optional(text),
  /** Discard what was found, since another destination has it now. */
  move: Type.Optional(Type.Boolean()),
  /** How many deliveries to change in a second, at most 10,000; or rejected requests to look at. */
  ratePerSecond: Type.Number(),
})

const Job = Type.Composite([
  JobRequest,
  Type.Object({
    id: text,
    /** `failed`: what was not done yet is left as it was. */
    state: Type.Union((['running', 'done', 'cancelled', 'failed'] as const).map((state) => Type.Literal(state))),
    /** How many deliveries were changed, or rejected requests looked at, so far. */
    count: Type.Number(),
    /** Unix milliseconds. */
    startedAt: time,
    endedAt: Type.Union([time, Type.Null()]),
    error: Type.Union([text, Type.Null()]),
  }),
])

const Results = Type.Array(
  Type.Union([
    Type.Object({ id: text, outcome: Type.Literal('released'), eventId: text, type: text }),
    Type.Object({ id: text, outcome: Type.Literal('duplicate'), eventId: text, type: text, conflict: Type.Boolean() }),
    Type.Object({ id: text, outcome: Type.Literal('rejected'), cause: text, detail: text }),
  ]),
)

const Written = Type.Object({
  job: Job,
  /** The process that works on it; null: none does. */
  owner: Type.Union([text, Type.Null()]),
  /** Where the next step goes on. */
  after: Type.Union([text, Type.Null()]),
  /** Of a release: what came of it last, written in one with how far it is. Others have none. */
  recent: Type.Optional(Results),
})

/** Something to do to every delivery that matches, or to every rejected request. */
export type JobRequest = Readonly<Static<typeof JobRequest>>
export type Job = Readonly<Static<typeof Job>>

/** A job as it is written down, for whichever process goes on with it. */
export interface JobNote extends Readonly<Static<typeof Written>> {
  readonly version: number
  readonly ageMs: number
}

/** Jobs as notes of the store. */
export interface JobNotes {
  /** Newest first. */
  list(): Promise<readonly JobNote[]>
  get(id: string): Promise<JobNote | null>
  /** The version that was written; null: it was changed meanwhile, or is there already (version null). */
  put(note: Omit<JobNote, 'version' | 'ageMs'>, version: number | null): Promise<number | null>
  forget(note: JobNote): Promise<void>
  /** What came of each rejected request, the last ones only of very many. */
  results(note: Pick<JobNote, 'job' | 'recent'>): Promise<readonly ReleaseResult[]>
  /** Keeps what came of it last with what came of it before, apart from the job, since that may be long. */
  keepRecent(note: Pick<JobNote, 'job' | 'recent'>): Promise<void>
}

const kind = 'job'
const resultsKind = 'job-results'
/** What came of so many rejected requests is remembered, the last ones. */
const rememberedResults = 1_000

export function createJobNotes(store: Pick<Store, 'notes' | 'note' | 'setNote'>): JobNotes {
  /** All results so far, and the version of the note that has those that are kept apart. */
  async function results({ job, recent = [] }: Pick<JobNote, 'job' | 'recent'>) {
    const note = job.kind === 'release' ? await store.note(resultsKind, job.id) : null
    const apart: unknown = note === null ? [] : JSON.parse(note.value)
    const kept = Value.Check(Results, apart) ? apart : []
    // A crash may have left some in both; one that was taken again is a duplicate of itself.
    const known = new Set(kept.map(({ id }) => id))
    const all = [...kept, ...recent.filter(({ id }) => !known.has(id))]
    return { all: all.slice(-rememberedResults), version: note?.version ?? null }
  }

  return {
    // Ids sort by time.
    list: async () =>
      (await store.notes(kind))
        .map(parse)
        .filter((note) => note !== null)
        .reverse(),
    async get(id) {
      const note = await store.note(kind, id)
      return note === null ? null : parse(note)
    },
    put: ({ job, owner, after, recent }, version) =>
      store.setNote({ kind, key: job.id, value: JSON.stringify({ job, owner, after, recent }), version }),
    async forget({ job, version }) {
      await store.setNote({ kind, key: job.id, value: null, version })
      const results = job.kind === 'release' ? await store.note(resultsKind, job.id) : null
      if (results !== null)
        await store.setNote({ kind: resultsKind, key: job.id, value: null, version: results.version })
    },
    results: async (note) => (await results(note)).all,
    async keepRecent(note) {
      const { all, version } = await results(note)
      await store.setNote({ kind: resultsKind, key: note.job.id, value: JSON.stringify(all), version })
    },
  }
}

/** Null: another version of Posthorn wrote it, in words that this one does not know. */
function parse({ value, version, ageMs }: Note): JobNote | null {
  const written: unknown = JSON.parse(value)
  return Value.Check(Written, written) ? { ...written, version, ageMs } : null
}
