import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, describe, it } from 'node:test'
import { buildTestApp } from '../support/app.ts'

const json = { 'content-type': 'application/json' }
describe('the webhook route', async () => {
  const { app, store, lines } = await buildTestApp({ after })

  /** Changes with each event that is stored. */
  const newest = async () => (await store.list({ limit: 1 })).events[0]?.id
  /** How many events have been stored with this type. */
  const stored = async (type: string) => (await store.list({ limit: 999, type })).events.length

  describe('POST /webhook/:event', () => {
    it('is one route for every type of event, and answers what the tutorials promise', async () => {
      for (const type of [
        'user.created',
        'order_paid',
        'a/b',
        'été',
        '100%',
        '__proto__',
        'constructor',
        'x'.repeat(128),
      ]) {
        const answer = await app.inject({
          method: 'POST',
          url: `/webhook/${encodeURIComponent(type)}`,
          headers: json,
          payload: '{"hello":"world"}',
        })
        assert.equal(answer.statusCode, 200, type)
        const { id } = answer.json()
        assert.match(id, /^evt_[0-9a-z]{11}$/)
        const message = 'Webhook received successfully.'
        assert.deepEqual(answer.json(), {
          message,
          event: type,
          id,
          duplicate: false,
          receivedData: { hello: 'world' },
        })
        assert.equal(answer.headers['content-type'], 'application/json; charset=utf-8')
        assert.equal((await store.get(id))?.type, type)
      }
    })

    it('stores the bytes and the headers exactly, in the order and the spelling of the wire', async () => {
      const payload = Buffer.from([0xef, 0xbb, 0xbf, 0x00, 0xff, 0x0d, 0x0a])
      const answer = await app.inject({
        method: 'POST',
        url: '/webhook/raw',
        headers: { 'X-Some-Name': 'Value' },
        payload,
      })
      const event = await store.get(answer.json().id)
      assert.deepEqual(Buffer.from(event?.body ?? []), payload)
      assert.ok(event?.headers.includes('x-some-name'))
    })

    it('takes the type from X-Event-Type where it is given', async () => {
      const answer = await app.inject({
        method: 'POST',
        url: '/webhook/any',
        headers: { 'x-event-type': 'user.deleted' },
      })
      assert.equal(answer.json().event, 'user.deleted')
      assert.equal((await store.get(answer.json().id))?.type, 'user.deleted')
    })

    it('refuses a type that is no name, wherever it stands', async () => {
      const before = await newest()
      for (const [url, headers] of [
        ['/webhook/', {}],
        ['/webhook/%00', {}],
        ['/webhook/a%0Ab', {}],
        ['/webhook/%7f', {}],
        [`/webhook/${'x'.repeat(129)}`, {}],
        ['/webhook/x', { 'x-event-type': '' }],
        ['/webhook/x', { 'x-event-type': 'a\tb' }],
        ['/webhook/x', { 'x-event-type': 'x'.repeat(129) }],
        ['/webhook/x', { 'x-event-type': ['one', 'two'] }],
      ] satisfies [string, OutgoingHttpHeaders][]) {
        const answer = await app.inject({ method: 'POST', url, headers })
        assert.equal(answer.statusCode, 400, url)
        assert.equal(answer.body, '{"error":"Invalid event name."}')
      }
      assert.equal(await newest(), before)
    })

    it('says so when the path is not one: percent signs that mean nothing, and more than a segment', async () => {
      const before = await newest()
      for (const [url, status] of [
        ['/webhook/%', 400],
        ['/webhook/%zz', 400],
        ['/webhook/%ff', 400],
        ['/webhook/%c0%ae', 400],
        ['/webhook/%ed%a0%80', 400],
        [`/webhook/${'x'.repeat(5000)}`, 414],
        ['/webhook', 404],
        ['/webhook/a/b', 404],
        ['/webhook//a', 404],
        ['//webhook/a', 404],
        ['/webhooks/a', 404],
      ] as const) {
        const answer = await app.inject({ method: 'POST', url, payload: 'x' })
        assert.equal(answer.statusCode, status, url)
        assert.ok('error' in answer.json())
      }
      assert.equal(await newest(), before)
    })
  })

  describe('receivedData', () => {
    const cases: readonly (readonly [what: string, contentType: string | null, body: string | Buffer, echo: string])[] =
      [
        [
          'JSON, as it was written',
          'application/json',
          '{ "n": 12345678901234567890, "x": 1.0, "s": "\\u00e9" }',
          '{ "n": 12345678901234567890, "x": 1.0, "s": "\\u00e9" }',
        ],
        ['JSON of another name', 'application/vnd.api+json; charset=utf-8', '[1]', '[1]'],
        ['JSON that is no object', 'application/json', ' null\n', ' null\n'],
        ['JSON with both of a doubled name', 'application/json', '{"a":1,"a":2}', '{"a":1,"a":2}'],
        [
          'JSON with __proto__',
          'application/json',
          '{"__proto__":{"admin":true},"constructor":1}',
          '{"__proto__":{"admin":true},"constructor":1}',
        ],
        ['JSON after a byte order mark', 'application/json', '\ufeff{"a":"é"}', '{"a":"é"}'],
        [
          'a form as an object',
          'application/x-www-form-urlencoded',
          'a=1&b=%C3%A9+x&b=2&c',
          '{"a":"1","b":["é x","2"],"c":""}',
        ],
        [
          'a form with __proto__',
          'application/x-www-form-urlencoded',
          '__proto__=1&constructor=2',
          '{"__proto__":"1","constructor":"2"}',
        ],
        ['an empty form', 'application/x-www-form-urlencoded', '', '{}'],
        ['other text as a string', 'text/plain', 'say "hi" \u2028', JSON.stringify('say "hi" \u2028')],
        ['XML as a string', 'application/xml', '<a/>', '"<a/>"'],
        ['JSON under another type as a string', 'text/plain', '{"a":1}', JSON.stringify('{"a":1}')],
        ['text of no type as a string', null, 'hello', '"hello"'],
        ['nothing as an empty string', null, '', '""'],
        ['binary as null', 'application/octet-stream', Buffer.from([0x00, 0xff]), 'null'],
        [
          'compressed JSON as null: it is left as it came',
          'application/x-gzip',
          Buffer.from('1f8b0800', 'hex'),
          'null',
        ],
      ]
    for (const [what, contentType, body, echo] of cases) {
      it(`is ${what}`, async () => {
        const headers = contentType === null ? {} : { 'content-type': contentType }
        const answer = await app.inject({ method: 'POST', url: '/webhook/echo', headers, payload: body })
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.body.slice(answer.body.indexOf(',"receivedData":') + 16, -1), echo)
        assert.equal(Number(answer.headers['content-length']), Buffer.byteLength(answer.body))
      })
    }

    it('is whole where the body is large', async () => {
      const payload = JSON.stringify({ list: Array.from({ length: 20_000 }, (_, n) => ({ n, text: 'é' })) })
      const answer = await app.inject({ method: 'POST', url: '/webhook/echo', headers: json, payload })
      assert.deepEqual(answer.json().receivedData, JSON.parse(payload))
    })

    it('is left out by ECHO=false', async (t) => {
      const open = { method: 'POST', url: '/webhook/x', headers: json, payload: '{"a":1}' } as const
      const quiet = await buildTestApp(t, { ECHO: 'false' })
      assert.equal('receivedData' in (await quiet.app.inject(open)).json(), false)
    })
  })

  describe('a content type', () => {
    for (const contentType of [
      'json',
      '/',
      'a/',
      '/b',
      'undefined',
      'application /json',
      'a/b/c',
      '*',
      ';',
      'é/x',
      '"',
    ]) {
      it(`that is none (${contentType}) is taken like an unknown one`, async () => {
        const payload = JSON.stringify({ event_id: contentType })
        const request = {
          method: 'POST',
          url: '/webhook/x',
          headers: { 'content-type': contentType },
          payload,
        } as const
        const answer = await app.inject(request)
        assert.equal(answer.statusCode, 200)
        assert.equal(answer.json().receivedData, payload)
        const event = await store.get(answer.json().id)
        assert.equal(event?.headers[event.headers.indexOf('content-type') + 1], contentType)
        assert.equal((await app.inject(request)).json().duplicate, true)
      })
    }

    it('that says JSON over a body that is not JSON is 400', async () => {
      const before = await newest()
      for (const payload of [
        '',
        '{',
        '{a:1}',
        'NaN',
        '{"a":1}x',
        "{'a':1}",
        Buffer.from('{"a":"\xff"}', 'latin1'),
        '\ufeff',
      ]) {
        for (const contentType of [
          'application/json',
          'application/JSON;charset=utf-8',
          'text/json',
          'application/a.b+json',
        ]) {
          const headers = { 'content-type': contentType }
          const answer = await app.inject({ method: 'POST', url: '/webhook/x', headers, payload })
          assert.equal(answer.statusCode, 400)
          assert.equal(answer.body, '{"error":"Invalid JSON."}')
        }
      }
      assert.equal(await newest(), before)
    })

    it('that only resembles JSON is text', async () => {
      for (const contentType of [
        'application/x-ndjson',
        'application/jsonp',
        'application/json-seq',
        'text/plain; json',
      ]) {
        const headers = { 'content-type': contentType }
        const answer = await app.inject({ method: 'POST', url: '/webhook/x', headers, payload: '{}\n{}' })
        assert.equal(answer.json().receivedData, '{}\n{}', contentType)
      }
    })
  })

  describe('other methods', () => {
    it('are 405 and told which is right', async () => {
      const before = await newest()
      for (const method of ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE', 'TRACE', 'QUERY'] as const) {
        const answer = await app.inject({ method: method as 'GET', url: '/webhook/x', payload: '{', headers: json })
        assert.equal(answer.statusCode, 405, method)
        assert.equal(answer.headers['allow'], 'POST', method)
        if (method !== 'HEAD') assert.equal(answer.body, '{"error":"Use POST."}', method)
      }
      assert.equal(await newest(), before)
    })
  })

  describe('the same event again', () => {
    const post = (type: string, payload: string, headers: OutgoingHttpHeaders = {}) =>
      app.inject({ method: 'POST', url: `/webhook/${type}`, headers: { ...json, ...headers }, payload })

    it('is known by its id and answered with the id of the first one', async () => {
      const payload = '{"type":"a","id":"e-1"}'
      const first = (await post('again', payload)).json()
      const again = await post('again', payload)
      assert.equal(again.statusCode, 200)
      const message = 'Duplicate event ignored.'
      assert.deepEqual(again.json(), { message, event: 'again', id: first.id, duplicate: true })
      assert.equal(await stored('again'), 1)
      assert.equal((await store.get(first.id))?.duplicates, 1)
    })

    it('is stored once when it comes many times at once', async () => {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => post('at.once', '{}', { 'webhook-id': 'once' })),
      )
      const bodies = answers.map((answer) => answer.json())
      assert.equal(bodies.filter(({ duplicate }) => duplicate === false).length, 1)
      assert.equal(new Set(bodies.map(({ id }) => id)).size, 1)
      assert.equal(await stored('at.once'), 1)
    })

    it('is refused and flagged when its bytes are others', async () => {
      const first = (await post('conflict', '{"event_id":"e","n":1}')).json()
      const other = (await post('conflict', '{"event_id":"e","n":2}')).json()
      assert.equal(other.duplicate, true)
      assert.equal((await store.get(first.id))?.conflict, true)
      assert.ok(
        lines.some(({ msg, id, conflict }) => id === first.id && conflict === true && msg.startsWith('conflict')),
      )
    })

    it('is not what shares only the id of a user or an order', async () => {
      for (const name of ['a', 'b', 'b']) await post('thing', `{"id":7,"name":"${name}"}`)
      assert.equal(await stored('thing'), 2)
    })

    it('is not what has another id, however near: numbers past 2^53 are not rounded into one', async () => {
      const ids = ['1234567890123456788', '1234567890123456789', '0.1', '0.10000000000000000001', '1e400', '2e400']
      for (const id of [...ids, ...ids]) {
        await post('number', `{"type":"a","id":${id}}`)
        await post('number', `{"event_id":${id}}`)
      }
      assert.equal(await stored('number'), ids.length * 2)
    })

    it('cannot be told when the id comes in a header twice: 400', async () => {
      for (const name of ['webhook-id', 'x-webhook-id', 'x-event-id', 'idempotency-key']) {
        const answer = await post('doubled', '{}', { [name]: ['a', 'b'] })
        assert.equal(answer.statusCode, 400)
        assert.equal(answer.body, '{"error":"Event id header sent twice."}')
      }
      assert.equal(await stored('doubled'), 0)
    })

    it('is never said of an event without an id', async () => {
      const bodies = ['', null, true, {}, []].map((id) => JSON.stringify({ event_id: id }))
      for (const body of ['{"name":"a"}', ...bodies]) {
        for (let n = 0; n < 2; n++) assert.equal((await post('no.id', body)).json().duplicate, false)
      }
    })
  })
})
