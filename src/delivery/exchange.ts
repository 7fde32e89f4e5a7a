import type { Dispatcher } from 'undici'

export interface ExchangeRequest {
  readonly path: string
  /** Names and values in turn. */
  readonly headers: string[]
  readonly body: Uint8Array
  /** Aborts: whoever has answered by then has, everything else fails with its reason. */
  readonly signal: AbortSignal
  /** Of an answer of this status so many bytes of the body are kept. */
  readonly keep: (status: number) => number
  /** An answer is read up to so many bytes; one that is longer costs its connection. */
  readonly readBytes: number
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  /** Its beginning. */
  readonly body: Uint8Array
}

/**
 * Posts to an origin and takes the answer. The status has been heard when the body is read, and counts alone: an answer that
 * is too long, too slow or cut off is only shorter, and its connection is not used again.
 *
 * `dispatch` and not `request`: the streams of that one are a third more garbage, and V8 takes a quarter of all of it for
 * long-lived, whose collection holds up senders who wait for an answer.
 *
 * @throws what undici fails with, or the signal's reason
 */
export function exchange(pool: Dispatcher, request: ExchangeRequest): Promise<Answer> {
  const { path, headers, body, signal, keep, readBytes } = request
  return new Promise((resolve, reject) => {
    let controller: Dispatcher.DispatchController | null = null
    let head: Omit<Answer, 'body'> | null = null
    const chunks: Uint8Array[] = []
    let limit = 0
    let kept = 0
    let read = 0
    let ended = false

    function end(error: unknown): void {
      if (ended) return
      ended = true
      signal.removeEventListener('abort', abort)
      if (head === null) reject(error)
      else resolve({ ...head, body: joined(chunks, kept) })
    }

    function abort(): void {
      end(signal.reason)
      controller?.abort(signal.reason)
    }

    if (signal.aborted) {
      abort()
      return
    }
    signal.addEventListener('abort', abort)
    pool.dispatch(
      { method: 'POST', path, headers, body },
      {
        onRequestStart(started) {
          controller = started
          // Undici knows of it only now that it is connected.
          if (ended) started.abort(signal.reason)
        },
        onResponseStart(_, status, answered) {
          // One that only informs comes before the answer: RFC 9110, section 15.2.
          if (status < 200) return
          head = { status, headers: answered }
          limit = keep(status)
        },
        onResponseData(_, chunk) {
          if (ended) return
          if (kept < limit) chunks.push(chunk.subarray(0, limit - kept))
          kept = Math.min(limit, kept + chunk.length)
          read += chunk.length
          if (read <= readBytes) return
          end(null)
          controller?.abort(new Error('the rest of the answer is not read'))
        },
        onResponseEnd: () => end(null),
        onResponseError: (_, error) => end(error),
      },
    )
  })
}

/** In memory of its own: what is handed to another thread takes along all that its memory holds. */
function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const body = Buffer.alloc(length)
  let at = 0
  for (const chunk of chunks) {
    body.set(chunk, at)
    at += chunk.byteLength
  }
  return body
}
