/**
 * A typical event of one sender, as data. In its texts `{seconds}`, `{ms}` and `{iso}` are the time of sending;
 * `{uuid}`, `{hex:8}`, `{alnum:8}`, `{upper:8}`, `{digits:8}` are made anew each time, of that many characters. A text
 * that is only `{seconds}`, `{ms}` or `{number:8}` becomes a number; `{digits-seconds}` and `{digits-ms}` stay text.
 */
export interface Sample {
  /** Lower-case names; without content type, signature and what the signature needs. */
  readonly headers?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  /** The scheme that goes with such a body, where the first one does not. */
  readonly scheme?: string
  /** The content type where it is not the usual one. */
  readonly type?: string
  readonly json?: Json
  /** Fields of an urlencoded body; a value that is no text is sent as JSON, `base64:…` is encoded. */
  readonly form?: Readonly<Record<string, Json>>
  /** Fields of a multipart/form-data body, likewise. */
  readonly multipart?: Readonly<Record<string, Json>>
}

/** By provider. */
export type Samples = Readonly<Record<string, Sample>>

export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json }
