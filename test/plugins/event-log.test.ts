import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'
import { webhookSignature } from '../support/sign.ts'

const secret = 'a secret of some length'

describe('an event that was stored is logged in one line', () => {
  it('with its type, its headers without credentials, and its body', async (t) => {
    const { app, lines } = await buildTestApp(t, { WEBHOOK_SECRET: secret })
    const body = `{"hello":"wörld","told":"${secret}"}`
    const headers = {
      'content-type': 'application/json',
      'x-webhook-signature': webhookSignature(secret, body),
      authorization: 'Bearer of-news',
      'x-custom': 'shown',
    }
    const answer = await app.inject({ method: 'POST', url: '/webhook/user.created', headers, payload: body })
    const logged = lines.filter(({ msg }) => msg === 'event received')
    assert.equal(logged.length, 1)
    const { source, type, id, bytes, scheme, headers: shown, body: text, level } = logged[0] ?? assert.fail()
    assert.deepEqual(
      { source, type, id, bytes, scheme, text, level },
      {
        source: 'default',
        type: 'user.created',
        id: answer.json().id,
        bytes: Buffer.byteLength(body),
        scheme: 'x-webhook-signature',
        text: '{"hello":"wörld","told":"[redacted]"}',
        level: 30,
      },
    )
    const { 'x-webhook-signature': signature, authorization, 'x-custom': custom } = Object(shown)
    assert.deepEqual([signature, authorization, custom], ['[redacted]', '[redacted]', 'shown'])
  })

  it('without headers and body in production, unless LOG_PAYLOADS says otherwise', async (t) => {
    for (const [env, shown] of [
      [{ NODE_ENV: 'production' }, false],
      [{ NODE_ENV: 'production', LOG_PAYLOADS: 'true' }, true],
      [{ LOG_PAYLOADS: 'false' }, false],
    ] as const) {
      const { app, lines } = await buildTestApp(t, env)
      await app.inject({ method: 'POST', url: '/webhook/x', payload: 'the body' })
      const line = lines.find(({ msg }) => msg === 'event received') ?? assert.fail()
      assert.deepEqual(['headers' in line, 'body' in line], [shown, shown])
      assert.equal(line['type'], 'x')
    }
  })

  it('again, shorter and under its first id, when it comes again', async (t) => {
    const { app, lines } = await buildTestApp(t)
    const send = () => app.inject({ method: 'POST', url: '/webhook/x', headers: { 'webhook-id': 'm' }, payload: 'b' })
    const first = await send()
    await send()
    const [line, ...others] = lines.filter(({ msg }) => msg === 'duplicate')
    assert.deepEqual(others, [])
    assert.equal(line?.['id'], first.json().id)
    assert.equal(lines.filter(({ msg }) => msg === 'event received').length, 1)
  })
})
