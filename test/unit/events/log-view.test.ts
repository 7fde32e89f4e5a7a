import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { logView } from '../../../src/events/log-view.ts'

const nothing = Buffer.alloc(0)

describe('the headers that a log shows', () => {
  it('hide whatever is or gives away a secret or a signature', () => {
    const hidden = [
      'Authorization', 'Proxy-Authorization', 'Cookie', 'X-Api-Key', 'X-Auth-Token', 'X-Webhook-Signature',
      'Webhook-Signature', 'X-HookMesh-Signature', 'X-Hub-Signature', 'X-Hub-Signature-256', 'Stripe-Signature',
      'X-Shopify-Hmac-SHA256', 'Shopify-Hmac-SHA256', 'X-Slack-Signature', 'X-Gitlab-Token', 'X-Telegram-Bot-Api-Secret-Token',
      'Digest', 'Content-Digest', 'X-Password', 'X-Credentials', 'X-Mac',
    ] // biome-ignore format: a list
    for (const name of hidden) {
      assert.deepEqual({ ...logView([name, 'the value'], nothing, []).headers }, { [name.toLowerCase()]: '[redacted]' })
    }
  })

  it('hide a secret under any name: some senders send it itself', () => {
    const { headers } = logView(['Verif-Hash', 'my s3cret', 'X-A', 'other'], nothing, ['s3cret'])
    assert.deepEqual({ ...headers }, { 'verif-hash': '[redacted]', 'x-a': 'other' })
  })

  it('hide what the source proves itself by, under any name', () => {
    const { headers } = logView(['X-Acme-Check', 'ab12', 'X-A', 'b'], nothing, [], new Set(['x-acme-check']))
    assert.deepEqual({ ...headers }, { 'x-acme-check': '[redacted]', 'x-a': 'b' })
  })

  it('show everything else, what came twice too', () => {
    const raw = ['Content-Type', 'text/plain', 'X-A', '1', 'x-a', '2', '__proto__', 'x', 'Webhook-Id', 'msg_1']
    const { headers } = logView(raw, nothing, [])
    assert.deepEqual(Object.entries(headers), [
      ['content-type', 'text/plain'],
      ['x-a', '1, 2'],
      ['__proto__', 'x'],
      ['webhook-id', 'msg_1'],
    ])
  })
})

describe('the body that a log shows', () => {
  const body = (content: Buffer | string, secrets: readonly string[] = []) =>
    logView([], Buffer.from(content as string), secrets).body

  it('is the text, without any secret that it repeats', () => {
    assert.equal(body('{"a":"é"}'), '{"a":"é"}')
    assert.equal(body('my s3cret and s3cret', ['s3cret']), 'my [redacted] and [redacted]')
  })

  it('is only a size where it is not text', () => {
    assert.equal(body(Buffer.from([0xff, 0x00])), '[2 bytes, not text]')
  })

  it('is cut where it is long, and says so', () => {
    assert.equal(body('x'.repeat(8192)), 'x'.repeat(8192))
    assert.equal(body('x'.repeat(9000)), `${'x'.repeat(8192)}… [9000 bytes]`)
  })

  it('never shows a part of a secret, wherever the cut falls', () => {
    const secret = 'Secret-of-which-nothing-may-be-seen'
    for (const letter of ['x', 'é', '€', '\u{1f4ef}']) {
      const size = Buffer.byteLength(letter)
      for (let bytes = 8192 - 100; bytes < 8192 + 300; bytes += 1) {
        const text = `${letter.repeat(Math.floor(bytes / size))}${'y'.repeat(bytes % size)}${secret}${'z'.repeat(500)}`
        assert.doesNotMatch(body(text, [secret]), /Secret/, `${letter} ${bytes}`)
      }
    }
  })
})
