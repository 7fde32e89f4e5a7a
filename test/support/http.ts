import { type Agent, type IncomingHttpHeaders, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  /** The body as JSON. */
  readonly json: unknown
}

export interface Outgoing {
  readonly method?: string
  /** As it goes on the wire. */
  readonly path: string
  /** A list (name, value, name, value …) can hold a name twice. */
  readonly headers?: Readonly<Record<string, string>> | readonly string[]
  readonly body?: string | Uint8Array
  /** None: a connection of its own. */
  readonly agent?: Agent
}

/** Sends one request over a real socket, exactly as told, and reads the whole answer. */
export function send(port: number, { method = 'POST', path, headers = {}, body = '', agent }: Outgoing) {
  const bytes = Buffer.from(body)
  const given = Array.isArray(headers) ? headers : Object.entries(headers).flat()
  const length = method === 'POST' || bytes.length > 0 ? ['Content-Length', String(bytes.length)] : []
  return new Promise<Answer>((resolve, reject) => {
    const outgoing = request({
      host: '127.0.0.1',
      port,
      method,
      path,
      headers: ['Host', 'localhost', ...length, ...given],
      agent: agent ?? false,
    })
    outgoing.on('error', reject)
    outgoing.on('response', async (response) => {
      const answer = await text(response)
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        text: answer,
        get json() {
          return JSON.parse(answer)
        },
      })
    })
    outgoing.end(bytes)
  })
}

/** Everything that comes back on a socket until the other side closes it; a reset counts as the end. */
export async function untilClosed(socket: Socket): Promise<string> {
  let received = ''
  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    received += chunk
  })
  const closed = new Promise((resolve) => socket.once('close', resolve))
  socket.on('error', () => {})
  await closed
  return received
}

/** Writes raw bytes to the port and returns what comes back until the other side closes. */
export async function exchange(port: number, ...chunks: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = connect({ port, host: '127.0.0.1' })
  const answer = untilClosed(socket)
  for (const chunk of chunks) socket.write(typeof chunk === 'string' ? Buffer.from(chunk, 'latin1') : chunk)
  return await answer
}

/** The status codes in what `exchange` returned, in order. */
export function statusesIn(received: string): number[] {
  return [...received.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, code]) => Number(code))
}
