import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { createServer, request as sendRequest } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { compileVerifier } from '../../../src/verification/compile.ts'
import { createStandardWebhooksSigner } from '../../../src/verification/sign.ts'
import { providerNamed } from './requests.ts'

const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
const nowSeconds = 1_750_000_000
const body = Buffer.from([0x7b, 0xff, 0x00, 0x7d])

describe('a request on the wire', () => {
  const verify = compileVerifier(
    providerNamed('standard-webhooks'),
    { current: secret, previous: null },
    { toleranceSeconds: null },
  )
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { method = '', url = '', headers, rawHeaders } = request
    const verdict = verify({ method, url, headers, rawHeaders, body: Buffer.concat(chunks) }, nowSeconds * 1000)
    response.end(verdict.ok ? 'ok' : `${verdict.cause}: ${verdict.detail}`)
  })
  before(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  after(() => server.close())

  /** `headers` as name, value, name, value …; values are latin1, one character per byte. */
  async function send(headers: readonly string[]): Promise<string> {
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const { port } = address
    const request = sendRequest({ host: '127.0.0.1', port, method: 'POST', headers: ['Host', 'localhost', ...headers] })
    request.end(body)
    const [response] = await once(request, 'response')
    let text = ''
    for await (const chunk of response) text += chunk
    return text
  }

  const signed = createStandardWebhooksSigner(secret)('msg_1', nowSeconds, body)
  const wire = Object.entries(signed).flat()

  it('is accepted with its exact bytes', async () => {
    assert.equal(await send(wire), 'ok')
  })

  it('is malformed with any of its headers doubled, in whatever case', async () => {
    for (const [name, value] of Object.entries(signed)) {
      assert.match(await send([...wire, name.toUpperCase(), value]), new RegExp(`^malformed: .*${name}`))
      assert.match(await send([...wire, name, '']), /^malformed/)
    }
  })

  it('is accepted with an id beyond ASCII: the bytes sent are the bytes signed', async () => {
    const id = 'évén-1'
    const key = Buffer.from(secret.slice('whsec_'.length), 'base64')
    const signature = createHmac('sha256', key).update(`${id}.${nowSeconds}.`).update(body).digest('base64')
    const sent = Buffer.from(id).toString('latin1')
    assert.equal(
      await send(['webhook-id', sent, 'webhook-timestamp', String(nowSeconds), 'webhook-signature', `v1,${signature}`]),
      'ok',
    )
  })
})
