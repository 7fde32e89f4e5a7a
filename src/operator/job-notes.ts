import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Note, Store } from '../store/types.ts'
import type { ReleaseResult } from './quarantine.ts'

const text = Type.String()
const time = Type.Number()

const Filter = Type.Object({
  source: Type.Optional(text),
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
  /** How many deliveries to change in a second, at most 10,000. */
  ratePerSecond: Type.Number(),
})

const Job = Type.Composite([
  JobRequest,
  Type.Object({
    id: text,
    /** `failed`: what was not done yet is left as it was. */
    state: Type.Union((['running', 'done', 'cancelled', 'failed'] as const).map((state) => Type.Literal(state))),
    /** How many deliveries were changed, or refused requests looked at, so far. */
    count: Type.Number(),
    /** Unix milliseconds. */
    startedAt: time,
    endedAt: Type.Union([time, Type.Null()]),
    error: Type.Union([text, Type.Null()]),
  }),
])

const Written = Type.Object({
  job: Job,
  /** The process that works on it; null: none does. */
  owner: Type.Union([text, Type.Null()]),
  /** Where the next step goes on. */
  after: Type.Union([text, Type.Null()]),
})

/** Something to do to every delivery that matches, or to every refused request. */
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
  put(note: Pick<JobNote, 'job' | 'owner' | 'after'>, version: number | null): Promise<number | null>
  forget(note: JobNote): Promise<void>
  /** What came of each refused request; apart from the job, since it may be long. */
  results(id: string): Promise<readonly ReleaseResult[]>
  putResults(id: string, results: readonly ReleaseResult[]): Promise<void>
}

const kind = 'job'
const resultsKind = 'job-results'

const Results = Type.Array(
  Type.Union([
    Type.Object({ id: text, outcome: Type.Literal('released'), eventId: text, type: text }),
    Type.Object({ id: text, outcome: Type.Literal('duplicate'), eventId: text, type: text, conflict: Type.Boolean() }),
    Type.Object({ id: text, outcome: Type.Literal('refused'), cause: text, detail: text }),
  ]),
)

export function createJobNotes(store: Pick<Store, 'notes' | 'note' | 'setNote'>): JobNotes {
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
    put: ({ job, owner, after }, version) =>
      store.setNote({ kind, key: job.id, value: JSON.stringify({ job, owner, after }), version }),
    async forget({ job, version }) {
      await store.setNote({ kind, key: job.id, value: null, version })
      const results = job.kind === 'release' ? await store.note(resultsKind, job.id) : null
      if (results !== null)
        await store.setNote({ kind: resultsKind, key: job.id, value: null, version: results.version })
    },
    async results(id) {
      const note = await store.note(resultsKind, id)
      const results: unknown = note === null ? [] : JSON.parse(note.value)
      return Value.Check(Results, results) ? results : []
    },
    async putResults(id, results) {
      const version = (await store.note(resultsKind, id))?.version ?? null
      await store.setNote({ kind: resultsKind, key: id, value: JSON.stringify(results), version })
    },
  }
}

/** Null: another version of Posthorn wrote it, in words that this one does not know. */
function parse({ value, version, ageMs }: Note): JobNote | null {
  const written: unknown = JSON.parse(value)
  return Value.Check(Written, written) ? { ...written, version, ageMs } : null
}
