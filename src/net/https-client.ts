import { Agent, type buildConnector } from 'undici'

export interface HttpsRequest {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Milliseconds until the whole answer must be here. */
  readonly timeoutMs: number
}

export interface HttpsAnswer {
  readonly status: number
  readonly text: string
}

/** Small requests to servers of others: https only, no redirect followed, no more than a bounded answer read. */
export interface HttpsClient {
  /** Rejects when there is no whole answer in time. Any status is an answer. */
  request(request: HttpsRequest): Promise<HttpsAnswer>
  /** Breaks off what is under way. */
  close(): Promise<void>
}

/** Bytes: key sets and certificates have a few thousand. */
const maxAnswerBytes = 256 * 1024

/** `connect`: see `createGuardedConnector`. */
export function createHttpsClient(connect: buildConnector.connector): HttpsClient {
  const agent = new Agent({ connect, connections: 4, pipelining: 1 })

  return {
    async request({ url, method = 'GET', headers = {}, body, timeoutMs }) {
      const { protocol, origin, pathname, search, username } = new URL(url)
      if (protocol !== 'https:' || username !== '') throw new Error(`${origin} is not asked: only plain https URLs are`)
      const signal = AbortSignal.timeout(timeoutMs)
      const answer = await agent.request({
        origin,
        path: pathname + search,
        method,
        headers: { 'accept-encoding': 'identity', 'user-agent': 'posthorn', ...headers },
        body: body ?? null,
        signal,
      })
      return { status: answer.statusCode, text: await readText(answer.body) }
    },
    close: () => agent.destroy(),
  }
}

async function readText(body: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    // Leaving the loop destroys the connection.
    if (bytes > maxAnswerBytes) throw new Error(`the answer has more than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
