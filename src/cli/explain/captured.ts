/** A request as somebody saved it. */
export interface CapturedRequest {
  readonly method: string
  /** Path and query. */
  readonly url: string
  /** Scheme and host, where the capture has them. */
  readonly origin: string | null
  /** Name, value, name, value …: values as Node hands them over (latin1). */
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
  /** Unix milliseconds; null: the capture does not say. */
  readonly receivedAt: number | null
  /** What is doubtful about the capture itself, one sentence each. */
  readonly notes: readonly string[]
}

/** Text of a capture as a header holds it. */
export function headerText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1')
}

/** Splits an address as it is written in a capture; a path alone has no origin. */
export function splitUrl(text: string): { readonly url: string; readonly origin: string | null } {
  const [, origin, rest = ''] = /^(https?:\/\/[^/?#]*)([^#]*)/i.exec(text) ?? []
  if (origin === undefined) return { url: text.startsWith('/') ? text : `/${text}`, origin: null }
  return { url: rest.startsWith('/') ? rest : `/${rest}`, origin }
}
