import type { SourceConfig } from '../config/types.ts'
import type { SignedRequest } from '../verification/types.ts'

/** A request that somebody wants explained. */
export interface Subject {
  /** As it came; `body` is empty where it was not kept. */
  readonly request: SignedRequest
  readonly bodyKept: boolean
  /** Of the body as it was announced. */
  readonly bodySize: number
  /** Unix milliseconds. Null: nobody knows when it came, so its time is not judged. */
  readonly receivedAt: number | null
  readonly remoteAddress: string | null
  /** What follows `/webhook/` in its path. */
  readonly segment: string
  /** Name of the source that it was for. */
  readonly source: string
  /** What it was filed under when it was rejected; null: it was not rejected here. */
  readonly filed: { readonly cause: string; readonly detail: string | null } | null
}

/** What a diagnosis may use. Plain data, so that a thread can be given it. */
export interface Knowledge {
  /** Named ones first, the default source last. */
  readonly sources: readonly SourceConfig[]
  /** Whether a path that names no source is taken at all. */
  readonly defaultSourceOpen: boolean
  readonly publicUrl: string | null
  /** By source, what senders brought in handshakes. */
  readonly captured: Readonly<Record<string, readonly string[]>>
  /** By how many seconds the signed times of other rejected requests were off (past: positive), by source. */
  readonly otherOffsets: readonly { readonly source: string; readonly seconds: number }[]
}

/** A named cause; docs/doctor.md has a section for each. */
export type Cause =
  | 'genuine'
  | 'unknown_source'
  | 'wrong_path'
  | 'other_provider'
  | 'missing_signature'
  | 'renamed_header'
  | 'doubled_header'
  | 'redirected'
  | 'clock_wrong'
  | 'timestamp_unit'
  | 'timestamp_zone'
  | 'timestamp_past'
  | 'timestamp_future'
  | 'other_secret'
  | 'secret_white_space'
  | 'secret_quotes'
  | 'secret_encoding'
  | 'other_environment'
  | 'wrong_secret'
  | 'body_reserialised'
  | 'body_white_space'
  | 'body_line_endings'
  | 'body_bom'
  | 'body_compressed'
  | 'body_form'
  | 'body_charset'
  | 'body_wrapped'
  | 'body_changed'
  | 'body_empty'
  | 'public_url_missing'
  | 'url_differs'
  | 'signature_encoding'
  | 'signature_prefix'
  | 'signature_algorithm'
  | 'signature_truncated'
  | 'signature_content'
  | 'signature_malformed'
  | 'key_unavailable'
  | 'address'
  | 'too_large'
  | 'invalid_json'
  | 'invalid_event'
  | 'doubled_id'
  | 'token_not_kept'

/** What is wrong, and what to do. Holds neither a secret nor a part of one; for the operator alone. */
export interface Diagnosis {
  readonly cause: Cause
  /** `proven`: with this one thing changed the request is genuine, or nothing else is possible. `likely`: all else failed. */
  readonly certainty: 'proven' | 'likely'
  readonly sentence: string
  /** What was compared, for people: the URL that was signed beside ours, a time … */
  readonly facts: readonly Fact[]
}

export interface Fact {
  readonly name: string
  readonly value: string
}
