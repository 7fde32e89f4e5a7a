import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { describeFailure } from '../net/failures.ts'
import type { Guard } from '../net/guard.ts'
import type { Draft } from '../signing/draft.ts'

export interface TransmitOptions {
  /** Scheme, host and port count; the path is the draft's. */
  readonly url: URL
  readonly timeoutMs: number
  /** `slow`: in pieces, spread over `dripMs`; `chunked`: without Content-Length. */
  readonly mode: 'plain' | 'slow' | 'chunked'
  readonly dripMs: number
  /** Decides what may be dialled; left out: anything, since whoever gives a command may. */
  readonly guard?: Guard | undefined
}

export type Transmission =
  | {
      readonly ms: number
      readonly status: number
      readonly headers: IncomingMessage['headers']
      readonly body: string
    }
  /** Nothing came back, and why. */
  | { readonly ms: number; readonly failure: string }

const pieces = 20
const maxAnswerBytes = 64 * 1024

/** Sends one request as it is: nothing added but Host and its length, no redirect followed. Never throws. */
export async function transmit(draft: Draft, options: TransmitOptions): Promise<Transmission> {
  const started = performance.now()
  const elapsed = () => Math.round(performance.now() - started)
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    const response = await exchange(draft, options, signal)
    const body = await textOf(response)
    return { ms: elapsed(), status: response.statusCode ?? 0, headers: response.headers, body }
  } catch (error) {
    const failure = signal.aborted
      ? `no answer within ${options.timeoutMs / 1000} s`
      : describeFailure(error, options.url.host)
    return { ms: elapsed(), failure }
  }
}

function exchange(
  { url: path, headers, body }: Draft,
  { url, mode, dripMs, guard }: TransmitOptions,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const length = mode === 'chunked' ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': String(body.length) }
  // The URL's own brackets around an IPv6 address are no part of it.
  const hostname = guard?.checkHost(url.hostname) ?? url.hostname.replace(/^\[(.*)\]$/, '$1')
  const { port } = url
  const options: RequestOptions = {
    method: 'POST',
    hostname,
    port: port === '' ? null : port,
    path,
    headers: { Host: url.host, ...headers, ...length },
    agent: false,
    signal,
    ...(guard === undefined ? {} : { lookup: guard.lookup }),
  }
  return new Promise((resolve, reject) => {
    const outgoing = (url.protocol === 'https:' ? requestHttps : requestHttp)(options)
    let answered = false
    outgoing.on('response', (response) => {
      answered = true
      resolve(response)
    })
    outgoing.on('error', reject)
    if (guard !== undefined) {
      outgoing.on('socket', (socket) =>
        socket.once('connect', () => {
          try {
            guard.checkAddress(socket.remoteAddress ?? '', hostname)
          } catch (blocked) {
            outgoing.destroy(blocked instanceof Error ? blocked : new Error('blocked'))
          }
        }),
      )
    }
    if (mode === 'plain') {
      outgoing.end(body)
      return
    }
    const size = Math.max(1, Math.ceil(body.length / pieces))
    const write = async () => {
      for (let at = 0; at < body.length && !answered && !outgoing.destroyed; at += size) {
        outgoing.write(body.subarray(at, at + size))
        // The connection alone keeps the process: an answer that comes early ends it.
        if (mode === 'slow') await sleep(dripMs / pieces, undefined, { ref: false })
      }
      outgoing.end()
    }
    write().catch(reject)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response) {
    chunks.push(chunk)
    length += chunk.length
    if (length > maxAnswerBytes) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
