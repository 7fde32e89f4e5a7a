/** Small things that the gateway remembers for itself: bulk jobs, secrets that senders brought, who is at work. */

export interface Note {
  /** Unique within its kind. */
  readonly key: string
  /** The store does not look into it. */
  readonly value: string
  /** Another one after every write, so that who changes a note can tell that nobody else did meanwhile. */
  readonly version: number
  /** Milliseconds since it was written, by the store's clock: the same for every process that asks. */
  readonly ageMs: number
}

export interface NoteChange {
  readonly kind: string
  readonly key: string
  /** Null removes the note. */
  readonly value: string | null
  /** The version that is replaced; null: there is no such note yet. */
  readonly version: number | null
}
