import { once } from 'node:events'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { buildConnector } from 'undici'
import { createKeyService, type KeyService } from '../../src/keys/service.ts'
import { createGuardedConnector } from '../../src/net/guarded-connector.ts'
import { makeAuthority } from './certificates.ts'
import type { Cleanup } from './gateway.ts'

export interface KeyAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

export interface Asked {
  readonly method: string
  /** With scheme and host, as it was asked for. */
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: string
}

/** Every sender's key server at once: real TLS on loopback, under the senders' own names. */
export interface KeyServer {
  /** By URL. What is not here is 404; `hang`: no answer ever comes. */
  readonly answers: Map<string, KeyAnswer | 'hang' | ((asked: Asked) => KeyAnswer | 'hang' | Promise<KeyAnswer>)>
  readonly asked: Asked[]
  readonly port: number
  /** Of its authority, as PEM. */
  readonly certificate: string
  /** Reaches this server for every host, through the guard, trusting its authority alone. */
  readonly connectorFor: () => buildConnector.connector
  /** What keys are fetched with; closed with the test. `now`: Unix milliseconds. */
  openKeys(now: () => number): Promise<KeyService>
}

/** `hosts`: that the server has a certificate for. */
export async function startKeyServer(t: Cleanup, hosts: readonly string[]): Promise<KeyServer> {
  const authority = makeAuthority()
  const answers: KeyServer['answers'] = new Map()
  const asked: Asked[] = []
  const server = createServer(authority.serverFor(hosts), async (request, response) => {
    const { method = '', url = '', headers } = request
    const one = { method, url: `https://${headers.host}${url}`, headers, body: await text(request) }
    asked.push(one)
    const prepared = answers.get(one.url) ?? { status: 404, body: 'no such thing' }
    const answer = typeof prepared === 'function' ? await prepared(one) : prepared
    if (answer !== 'hang') response.writeHead(answer.status ?? 200, { ...answer.headers }).end(answer.body ?? '')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })

  const connectorFor = () => {
    const guarded = createGuardedConnector({
      policy: { allow: ['loopback'] },
      timeoutMs: 2000,
      ca: authority.certificate,
      resolve: (_hostname, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
    })
    const connect: buildConnector.connector = (target, done) => guarded({ ...target, port: String(port) }, done)
    return connect
  }
  return {
    answers,
    asked,
    port,
    certificate: authority.certificate,
    connectorFor,
    async openKeys(now) {
      const keys = await createKeyService({ now, connectorFor })
      t.after(() => keys.close())
      return keys
    },
  }
}
