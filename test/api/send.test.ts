import assert from 'node:assert/strict'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import { describe, it, type TestContext } from 'node:test'
import { faultNames } from '../../src/signing/faults.ts'
import { type Api, openApi } from './support.ts'

const secret = 'a-secret-that-nobody-may-see'
const other = 'another-secret-of-somebody'

async function openListening(t: TestContext, env: Record<string, string> = {}): Promise<Api> {
  const api = await openApi(t, { GITHUB_WEBHOOK_SECRET: secret, STRIPE_WEBHOOK_SECRET: 'whsec_test', ...env })
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  return api
}

/** A receiver that keeps what it was sent. */
async function receiver(t: TestContext, answer: (headers: IncomingHttpHeaders) => string = () => 'thanks') {
  const seen: { readonly headers: Readonly<Record<string, unknown>>; readonly body: string }[] = []
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    seen.push({ headers: request.headers, body: Buffer.concat(chunks).toString() })
    response.writeHead(202, { 'x-answer': 'yes' }).end(answer(request.headers))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const { port } = address
  return { url: `http://127.0.0.1:${port}/hooks`, host: `127.0.0.1:${port}`, seen }
}

describe('sending to a source of the gateway', () => {
  it('is signed with its secret, which nobody sees', async (t) => {
    const { send, get } = await openListening(t)
    const { status, json, text } = await send('POST', '/api/send', { source: 'github', event: 'issues' })
    assert.equal(status, 200, text)
    assert.deepEqual([json.ok, json.answers.length, json.answers[0].status], [true, 1, 200])
    const stored = await get(`/api/events/${json.answers[0].eventId}`)
    assert.deepEqual([stored.json.source, stored.json.type, stored.json.secret], ['github', 'issues', 'current'])
    assert.ok(json.answers[0].headers.some(([name]: [string]) => name === 'content-type'))
    assert.ok(!text.includes(secret))
    assert.match(json.request.curl, /^curl 'http/)
  })

  it('takes another body and other headers', async (t) => {
    const { send, get } = await openListening(t)
    const { json } = await send('POST', '/api/send', {
      source: 'github',
      body: '{"mine":"é"}',
      headers: [
        ['X-GitHub-Delivery', 'my-own-id'],
        ['X-Note', 'é'],
      ],
    })
    const { json: stored } = await get(`/api/events/${json.answers[0].eventId}`)
    assert.equal(stored.body.text, '{"mine":"é"}')
    assert.equal(stored.externalId, 'my-own-id')
    assert.ok(stored.headers.some(([name, value]: [string, string]) => name === 'x-note' && value === 'é'))
  })

  it('makes every fault, and says whether it was answered as it must be', async (t) => {
    const { send } = await openListening(t)
    for (const fault of faultNames) {
      const { json, status, text } = await send('POST', '/api/send', { source: 'stripe', fault })
      assert.equal(status, 200, `${fault}: ${text}`)
      assert.ok(json.ok, `${fault}: ${text}`)
      const refused = ['stale', 'future', 'wrong-secret', 'mutated-body', 'no-signature'].includes(fault)
      assert.equal(json.answers[0].status, refused ? 401 : 200, fault)
      assert.equal(json.answers.length, fault === 'duplicate' ? 2 : fault === 'concurrent-duplicates' ? 10 : 1)
    }
  })

  it('shows nothing of a secret that requests carry as it is', async (t) => {
    const { send } = await openListening(t, {
      GITLAB_WEBHOOK_SECRET: secret,
      TOKEN_WEBHOOK_SECRET: secret,
      POSTMARK_WEBHOOK_SECRET: 'user:pass-word-of-postmark',
    })
    for (const source of ['gitlab', 'token', 'postmark']) {
      for (const path of ['/api/send/preview', '/api/send']) {
        const { status, json, text } = await send('POST', path, { source })
        assert.equal(status, 200, `${source}: ${text}`)
        if (path === '/api/send') assert.equal(json.answers[0].status, 200, source)
        const encoded = Buffer.from('user:pass-word-of-postmark').toString('base64')
        for (const form of [secret, 'pass-word', encoded, Buffer.from(secret).toString('base64')]) {
          assert.ok(!text.includes(form), `${source}: ${form}`)
        }
      }
    }
  })

  it('can be signed with a secret that is not configured yet', async (t) => {
    const { send } = await openListening(t)
    const { json, text } = await send('POST', '/api/send', { source: 'github', secret: other })
    assert.deepEqual([json.ok, json.answers[0].status], [false, 401])
    assert.ok(!text.includes(other))
  })

  it('names the event of the default source by its path', async (t) => {
    const { send, get } = await openListening(t, { WEBHOOK_SECRET: secret })
    const { json } = await send('POST', '/api/send', { source: 'default', event: 'order.paid' })
    const stored = await get(`/api/events/${json.answers[0].eventId}`)
    assert.deepEqual([stored.json.source, stored.json.type], ['default', 'order.paid'])
  })

  it('says what makes no sense', async (t) => {
    const { send } = await openListening(t)
    for (const [body, status, words] of [
      [{}, 400, /^source, url: give one/],
      [{ source: 'github', url: 'https://a.example' }, 400, /^source, url: give one/],
      [{ source: 'nobody' }, 404, /no source "nobody"/],
      [{ source: 'github', provider: 'stripe' }, 400, /^provider: the source github has github/],
      [{ source: 'default' }, 400, /^secret: the source default has none/],
      [{ source: 'github', unsigned: true, secret: 'x' }, 400, /^secret: /],
      [{ source: 'github', unsigned: true, fault: 'stale' }, 400, /^fault: stale needs a signature/],
      [{ source: 'github', fault: 'stale' }, 400, /^fault stale: GitHub signs no time/],
      [{ source: 'github', fault: 'none' }, 400, /^fault: /],
      [{ source: 'github', headers: [['host', 'x']] }, 400, /^headers: host follows/],
      [{ source: 'github', headers: [['a b', 'x']] }, 400, /^headers: "a b" is no name/],
      [{ source: 'github', headers: [['a', 'x\r\ny: z']] }, 400, /^headers: a has a line break/],
      [{ source: 'github', scheme: 'nothing' }, 400, /no scheme named "nothing"/],
      [{ source: 'github', colour: 'red' }, 400, /colour: is not known/],
      [{ url: 'https://a.example' }, 400, /^provider: /],
      [{ url: 'https://a.example', provider: 'github' }, 400, /^secret: give the one/],
      [{ url: 'https://a.example', provider: 'nobody', secret: 'x' }, 404, /no provider "nobody"/],
      [{ url: 'ftp://a.example', provider: 'github', secret: 'x' }, 400, /^url: /],
      [{ url: 'https://u:p@a.example', provider: 'github', secret: 'x' }, 400, /^url: /],
    ] as const) {
      const answer = await send('POST', '/api/send', body)
      assert.equal(answer.status, status, JSON.stringify(body))
      assert.match(answer.json.error, words)
    }
  })
})

describe('sending to any URL', () => {
  const asked = { provider: 'github', secret: other }

  it('goes to no address inside, unless the operator named its host', async (t) => {
    const { url, host, seen } = await receiver(t)
    const { send } = await openListening(t)
    for (const inside of [url, url.replace('127.0.0.1', 'localhost'), 'http://169.254.169.254/latest/meta-data']) {
      const { json, status } = await send('POST', '/api/send', { ...asked, url: inside })
      assert.equal(status, 200)
      assert.deepEqual([json.ok, json.answers[0].status], [false, null])
      assert.match(json.answers[0].problem, /name its host in SEND_HOSTS|never contacted/)
    }
    assert.equal(seen.length, 0)

    const named = await openListening(t, { SEND_HOSTS: host })
    const { json, text } = await named.send('POST', '/api/send', { ...asked, url })
    assert.equal(json.answers[0].status, 202, text)
    assert.deepEqual(json.answers[0].body.text, 'thanks')
    assert.ok(json.answers[0].headers.some(([name, value]: [string, string]) => name === 'x-answer' && value === 'yes'))
    assert.match(String(seen[0]?.headers['x-hub-signature-256']), /^sha256=/)
    const metadata = { ...asked, url: 'http://169.254.169.254/' }
    const always = await openListening(t, { SEND_HOSTS: '169.254.169.254' })
    assert.equal((await always.send('POST', '/api/send', metadata)).json.answers[0].status, null)
  })

  it('shows nothing of a secret that the receiver sends back', async (t) => {
    const { url, host } = await receiver(t, (headers) => `you sent ${headers['x-gitlab-token']}`)
    const { send } = await openListening(t, { SEND_HOSTS: host })
    const { json, text } = await send('POST', '/api/send', { url, provider: 'gitlab', secret: other })
    assert.equal(json.answers[0].body.text, 'you sent [hidden]')
    assert.ok(!text.includes(other))
  })

  it('may go where events are delivered anyway', async (t) => {
    const { url, seen } = await receiver(t)
    const { send } = await openListening(t, { FORWARD_URL: url.replace('/hooks', '/elsewhere') })
    const { json } = await send('POST', '/api/send', { url, provider: 'github', unsigned: true })
    assert.equal(json.answers[0].status, 202)
    assert.equal(seen[0]?.headers['x-hub-signature-256'], undefined)
  })
})

it('nobody sends who may only look', async (t) => {
  const { app } = await openListening(t, { VIEWER_TOKEN: 'badcab1e'.repeat(8) })
  for (const url of ['/api/send', '/api/send/preview']) {
    const answer = await app.inject({
      method: 'POST',
      url,
      headers: { authorization: `Bearer ${'badcab1e'.repeat(8)}` },
      payload: { source: 'github' },
    })
    assert.equal(answer.statusCode, 403)
  }
})
