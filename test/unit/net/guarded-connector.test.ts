import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { after, describe, it } from 'node:test'
import { Agent } from 'undici'
import { type NetworkPolicy, operatorNetworks, publicOnly, type Resolve } from '../../../src/net/guard.ts'
import { createGuardedConnector } from '../../../src/net/guarded-connector.ts'

describe('a guarded connection', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/away') response.writeHead(302, { location: 'http://169.254.169.254/' })
    response.end('here')
  })
  let connections = 0
  server.on('connection', () => connections++)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  after(() => server.close())

  async function get(host: string, policy: NetworkPolicy, resolve?: Resolve, path = '/') {
    const connect = createGuardedConnector({ policy, timeoutMs: 2000, ...(resolve ? { resolve } : {}) })
    const agent = new Agent({ connect })
    try {
      const { statusCode, body } = await agent.request({ origin: `http://${host}:${port}`, path, method: 'GET' })
      return { status: statusCode, text: await body.text() }
    } finally {
      await agent.destroy()
    }
  }
  const toLoopback: Resolve = (_hostname, _options, done) => done(null, [{ address: '127.0.0.1', family: 4 }])

  it('is made where the policy allows it', async () => {
    assert.deepEqual(await get('127.0.0.1', operatorNetworks), { status: 200, text: 'here' })
    assert.deepEqual(await get('a.example', operatorNetworks, toLoopback), { status: 200, text: 'here' })
  })

  it('is not made to loopback otherwise, literal or resolved', async () => {
    const before = connections
    for (const host of ['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0177.1', 'localhost']) {
      await assert.rejects(get(host, publicOnly), { code: 'EBLOCKED' }, host)
    }
    await assert.rejects(get('a.example', publicOnly, toLoopback), { code: 'EBLOCKED' })
    assert.equal(connections, before)
  })

  it('resolves once for each connection: a second answer cannot replace the checked one', async () => {
    let asked = 0
    const rebinding: Resolve = (_hostname, _options, done) => {
      asked++
      done(null, [asked === 1 ? { address: '127.0.0.1', family: 4 } : { address: '169.254.169.254', family: 4 }])
    }
    assert.equal((await get('a.example', operatorNetworks, rebinding)).status, 200)
    assert.equal(asked, 1)
    await assert.rejects(get('a.example', operatorNetworks, rebinding), { code: 'EBLOCKED' })
  })

  it('does not follow a redirect', async () => {
    assert.equal((await get('127.0.0.1', operatorNetworks, undefined, '/away')).status, 302)
  })
})
