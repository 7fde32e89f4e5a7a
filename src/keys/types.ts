/** Public keys that verify together: those under one id, or a whole set where requests name none. */
export interface PublishedKeys {
  /** DER (SPKI), at least one. The object is the same as long as the keys are: what is compiled from it can be kept. */
  readonly spki: readonly Buffer[]
}

/** What a key server answered, read. */
export interface KeySet {
  /** By the id that requests name. */
  readonly byId: ReadonlyMap<string, PublishedKeys>
  /** All of them; null when there is none. */
  readonly all: PublishedKeys | null
  /** Unix milliseconds outside of which the keys count for nothing; null: no such limit. */
  readonly validFrom: number | null
  readonly validUntil: number | null
}

/** Which keys are wanted, and how to get them. */
export interface KeyQuestion {
  /** The same name stands for the same set. Never contains a secret. */
  readonly name: string
  /** Whose fetches are counted together. */
  readonly service: string
  /** Which key of the set; null: all. */
  readonly keyId: string | null
  /** Milliseconds for which a set is used without asking again. */
  readonly freshMs: number
  /**
   * Null: the server says that there is no such key. Rejects with one sentence for the operator when the server cannot be
   * asked or answers with anything else.
   */
  fetch(): Promise<KeySet | null>
}

/**
 * `unknown`: the server has no such key, or none that is valid now. `unavailable`: nobody can say. `detail` is one sentence
 * for the operator, without a secret.
 */
export type KeyAnswer =
  | { readonly keys: PublishedKeys }
  | { readonly problem: 'unknown' | 'unavailable'; readonly detail: string }
