import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { crc32 } from 'node:zlib'
import type { KeyService } from '../../../src/keys/service.ts'
import { buildTestApp } from '../../support/app.ts'
import { startKeyServer } from '../../support/key-server.ts'
import { readFetchedVectors, type Vector, vectorFiles } from '../verification/requests.ts'

const vectors = vectorFiles().flatMap((provider) =>
  readFetchedVectors(provider).map((vector) => ({ provider, vector })),
)
const sources = vectors.map((one, index) => ({ ...one, source: `k${index}` }))
const env = Object.fromEntries(
  sources.flatMap(({ provider, vector, source }) => [
    [`${source.toUpperCase()}_WEBHOOK_SECRET`, vector.secret],
    [`${source.toUpperCase()}_WEBHOOK_PROVIDER`, provider],
  ]),
)
const hosts = [
  ...new Set(vectors.flatMap(({ vector }) => Object.keys(vector.keys ?? {}).map((url) => new URL(url).hostname))),
]

describe('the gateway, with keys that senders publish', async () => {
  const server = await startKeyServer({ after }, hosts)
  let clock = 0
  const openKeys = (): Promise<KeyService> => server.openKeys(() => clock)
  const { app, store, lines, setNow } = await buildTestApp({ after }, env, (real) => real, openKeys)
  const post = (source: string, { headers }: Vector, payload: string) =>
    app.inject({ method: 'POST', url: `/webhook/${source}`, headers, payload })
  const at = (vector: Vector) => {
    clock = vector.nowSeconds * 1000
    setNow(clock)
    server.answers.clear()
    for (const [url, body] of Object.entries(vector.keys ?? {})) server.answers.set(url, { body })
  }
  const isSubscription = ({ body }: Vector) => body.includes('"SubscriptionConfirmation"')

  for (const { provider, vector, source } of sources.filter((one) => !isSubscription(one.vector))) {
    it(`stores what ${provider} sends: ${vector.label}`, async () => {
      at(vector)
      const answer = await post(source, vector, vector.body)
      assert.equal(answer.statusCode, 200, JSON.stringify(lines.at(-1)))
      const [event] = (await store.list({ limit: 1 })).events
      assert.equal(event?.source, source)
      const again = await post(source, vector, vector.body)
      assert.equal(again.json().duplicate, !['travis'].includes(provider), again.body)
      // What is configured as a secret is in no log line, wherever the body repeats it.
      if (['plaid', 'ebay'].includes(provider))
        assert.ok(!JSON.stringify(lines).includes(vector.secret.split(':').at(-1) ?? ''))
    })
  }

  it('names an event of Kinde by the claims of the JWT that it is', async () => {
    const found = sources.find(({ provider }) => provider === 'kinde')
    assert.ok(found)
    const { events } = await store.list({ source: found.source, limit: 1 })
    assert.deepEqual([events[0]?.type, events[0]?.externalId], ['user.created', 'event_018c'])
  })

  it('recognises a message of SNS by its signed id, whatever else is put into it', async () => {
    const found = sources.find(({ provider }) => provider === 'aws-sns')
    assert.ok(found)
    at(found.vector)
    const altered = JSON.stringify({ ...JSON.parse(found.vector.body), UnsubscribeURL: 'https://evil.example/' })
    const answer = await post(found.source, found.vector, altered)
    assert.deepEqual([answer.statusCode, answer.json().duplicate], [200, true])
  })

  it('does not take another body under a signature of PayPal that covers its checksum only', async () => {
    const found = sources.find(({ provider }) => provider === 'paypal')
    assert.ok(found)
    at(found.vector)
    const forged = withSameCrc32(found.vector.body)
    assert.equal(crc32(forged), crc32(found.vector.body))
    assert.match(forged, /REFUNDED/)
    const answer = await post(found.source, found.vector, forged)
    assert.deepEqual([answer.statusCode, answer.json().duplicate], [200, true])
  })

  describe('asked by SNS whether its messages are wanted', () => {
    const found = sources.filter(({ vector }) => isSubscription(vector))
    const [{ vector, source } = { vector: undefined, source: '' }] = found
    assert.ok(vector)
    const subscribeUrl: string = JSON.parse(vector.body).SubscribeURL

    it('confirms with a GET of the signed URL, and stores nothing', async () => {
      at(vector)
      server.answers.set(subscribeUrl, { body: '<ConfirmSubscriptionResponse/>' })
      const answer = await post(source, vector, vector.body)
      assert.deepEqual([answer.statusCode, answer.body], [200, 'Confirmed.'], JSON.stringify(lines.slice(-2)))
      assert.equal(server.asked.filter(({ url }) => url === subscribeUrl).length, 1)
      assert.deepEqual((await store.list({ source, limit: 1 })).events, [])
    })

    it('says 503 while SNS cannot be reached, so that it asks again', async () => {
      at(vector)
      server.answers.set(subscribeUrl, { status: 500 })
      const answer = await post(source, vector, vector.body)
      assert.equal(answer.statusCode, 503)
      assert.equal(answer.headers['retry-after'], '5')
      assert.match(lines.at(-1)?.msg ?? '', /answered 500 to the confirmation/)
    })

    it('asks nobody for an unsigned, a forged or a foreign request', async () => {
      at(vector)
      const asked = server.asked.length
      const message = JSON.parse(vector.body)
      for (const changes of [
        { SubscribeURL: 'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&x=1' },
        { SubscribeURL: 'http://169.254.169.254/latest/meta-data' },
        { TopicArn: 'arn:aws:sns:us-west-2:210987654321:Other' },
        { Signature: undefined },
      ]) {
        const answer = await post(source, vector, JSON.stringify({ ...message, ...changes }))
        assert.equal(answer.statusCode, 401)
      }
      assert.equal(server.asked.length, asked)
    })
  })

  it('asks no server for a certificate but the sender’s own', async () => {
    const found = sources.find(({ provider }) => provider === 'aws-sns')
    assert.ok(found)
    at(found.vector)
    const asked = server.asked.length
    const own = 'sns.us-west-2.amazonaws.com'
    const file = 'SimpleNotificationService-f3ecfb7224c7233fe7bb5f59f96de52f.pem'
    for (const url of [
      `http://${own}/${file}`,
      `https://${own}.evil.example/${file}`,
      `https://evil.example/${file}`,
      `https://${own}@evil.example/${file}`,
      `https://evil.example/#${own}/${file}`,
      `https://${own}:8443/${file}`,
      `https://${own}/?Action=Something&x=${file}`,
      `https://${own}/evil/../${file}`,
      `https://evil.sns.us-west-2.amazonaws.com/${file}`,
      `https://snsxus-west-2.amazonaws.com/${file}`,
      `https://sns.evil.example.amazonaws.com/${file}`,
      `https://${own}/${file}\n`,
      `https://169.254.169.254/${file}`,
      '',
    ]) {
      const body = JSON.stringify({ ...JSON.parse(found.vector.body), SigningCertURL: url })
      const answer = await post(found.source, found.vector, body)
      assert.deepEqual([answer.statusCode, answer.body], [401, '{"error":"Invalid signature."}'], url)
    }
    assert.equal(server.asked.length, asked)
  })
})

const crcTable = Array.from({ length: 256 }, (_, byte) => {
  let value = byte
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1
  return value >>> 0
})
const forwards = (state: number, byte: number) => ((crcTable[(state ^ byte) & 255] ?? 0) ^ (state >>> 8)) >>> 0
/** The row of the table that led to a state, and that state without it. */
function backwards(state: number): readonly [row: number, before: number] {
  const row = crcTable.findIndex((value) => value >>> 24 === state >>> 24)
  return [row, ((state ^ (crcTable[row] ?? 0)) << 8) >>> 0]
}

/** Another event as JSON with the same CRC-32: it is no hash, so four letters that make up for any change are soon found. */
function withSameCrc32(text: string): string {
  const target = [...Buffer.from(text)].reduce(forwards, 0xffffffff)
  const [head = '', tail = ''] = text.replace('COMPLETED', 'REFUNDED!').split('ok', 2)
  const afterLetters = [...Buffer.from(tail)].reverse().reduce((state, byte) => {
    const [row, before] = backwards(state)
    return (before | ((row ^ byte) & 255)) >>> 0
  }, target)
  for (let attempt = 0; ; attempt++) {
    const start = `${head}${attempt}`
    const rows: number[] = []
    let wanted = afterLetters
    for (let step = 0; step < 4; step++) {
      const [row, before] = backwards(wanted)
      rows.unshift(row)
      wanted = before
    }
    let state = [...Buffer.from(start)].reduce(forwards, 0xffffffff)
    const letters = rows.map((row) => {
      const byte = (row ^ state) & 255
      state = forwards(state, byte)
      return byte
    })
    const written = Buffer.from(letters).toString('latin1')
    if (/^[A-Za-z0-9]{4}$/.test(written)) return start + written + tail
  }
}
