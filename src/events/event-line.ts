import type { Accepted } from '../verification/types.ts'
import { logView } from './log-view.ts'
import type { Source } from './source.ts'

/** What the line of an event that was stored is made of. */
export interface StoredRequest {
  readonly source: Source
  readonly event: { readonly id: string; readonly type: string; readonly destinations: number } | null
  readonly verdict: Accepted | null
  readonly rawHeaders: readonly string[]
  readonly body: Buffer
}

/**
 * The fields of that line.
 * @param secrets every one that may not be shown; null: headers and body are not shown at all
 */
export function eventLine(
  { source, event, verdict, rawHeaders, body }: StoredRequest,
  secrets: (() => readonly string[]) | null,
): Readonly<Record<string, unknown>> {
  return {
    source: source.config.name,
    type: event?.type,
    id: event?.id,
    destinations: event?.destinations,
    bytes: body.byteLength,
    scheme: verdict?.scheme,
    ...(verdict?.secret === 'previous' ? { secret: 'previous' } : {}),
    ...(secrets === null ? {} : logView(rawHeaders, body, secrets(), source.proofHeaders)),
  }
}
