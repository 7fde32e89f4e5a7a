import { isCredential } from '../events/credentials.ts'
import { curlLine } from '../sending/curl.ts'
import type { StoredEvent } from '../store/types.ts'
import { withoutTrace } from '../tracing/stored-trace.ts'

/** Said anew by whoever sends a request: they follow from the connection and the body. */
const ofTheWire: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'transfer-encoding',
  'connection',
  'keep-alive',
  'expect',
  'te',
  'trailer',
  'upgrade',
])

/**
 * A stored event as a command for curl that posts it again: its body, and its headers without those that let somebody in
 * elsewhere. Null once its payload is past its retention.
 *
 * @param base where the gateway is reached, without a slash at its end
 * @param isDefault whether it is an event of the default source, whose path names its type
 */
export function eventCurl(event: StoredEvent, base: string, isDefault: boolean): string | null {
  if (event.body === null) return null
  const sent = withoutTrace(event.headers)
  const headers: Record<string, string> = {}
  for (let i = 0; i + 1 < sent.length; i += 2) {
    const name = (sent[i] ?? '').toLowerCase()
    if (!ofTheWire.has(name) && !isCredential(name)) headers[name] = sent[i + 1] ?? ''
  }
  const url = new URL(`${base}/webhook/${encodeURIComponent(isDefault ? event.type : event.source)}`)
  return curlLine({ url: url.pathname, headers, body: Buffer.from(event.body) }, url, false)
}
