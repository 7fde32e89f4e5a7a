import type { TraceContext } from './trace-context.ts'

/** One request to a webhook route in its trace. Its methods are called in this order; those that do not apply are not. */
export interface RequestTrace {
  /** The body is there, and is about to be verified. */
  received(): void
  /** It is the sender's. From here on the request has a context. */
  verified(request: VerifiedRequest): void
  /** Where it stands; null: it is not verified. */
  context(): TraceContext | null
  /** The event is handed to the store. */
  committing(): void
  /** It is stored, or known, or it is not known whether it is. */
  committed(error: string | null): void
  end(result: TracedResult): void
}

export interface VerifiedRequest {
  /** Name, value, name, value … */
  readonly headers: readonly string[]
  /** Of the signature, or how else it was judged; null: nothing was verified. */
  readonly scheme: string | null
}

/** Nothing of it is a payload, a query or a secret. */
export interface TracedResult {
  readonly method: string
  /** Without query. */
  readonly path: string
  readonly status: number
  readonly bodySize: number
  readonly source: string | null
  readonly event: { readonly id: string; readonly type: string; readonly destinations: number } | null
  readonly duplicate: boolean
  readonly refusal: { readonly code: string; readonly cause: string | null } | null
}

export interface RequestTracer {
  /** @param startedAt Unix milliseconds, with fractions */
  open(startedAt: number): RequestTrace
}

/** Unix milliseconds, with fractions: what spans are timed by. */
export function wallTime(): number {
  return performance.timeOrigin + performance.now()
}
