import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent } from 'node:http'
import { connect, type Socket } from 'node:net'
import { after, afterEach, describe, it } from 'node:test'
import { gzipSync } from 'node:zlib'
import { startGateway } from '../support/gateway.ts'
import { assertHealthy } from '../support/health.ts'
import { exchange, send, statusesIn, untilClosed } from '../support/http.ts'

const json = { 'content-type': 'application/json' }
const mebibyte = 1024 * 1024

/** A request as it goes on the wire. */
const raw = (headers: readonly string[], body = '', path = '/webhook/raw', method = 'POST') =>
  `${method} ${path} HTTP/1.1\r\n${headers.map((header) => `${header}\r\n`).join('')}\r\n${body}`

describe('whatever is sent', async () => {
  const gateway = await startGateway(
    { after },
    { HEADERS_TIMEOUT_SECONDS: '1', REQUEST_TIMEOUT_SECONDS: '2', BODY_LIMIT: '5mb', LOG_PAYLOADS: 'false' },
  )
  const { port } = gateway

  describe('a request that is no proper HTTP', () => {
    afterEach(() => assertHealthy(port))
    const close = 'Connection: close'
    const cases: readonly (readonly [what: string, request: string | Uint8Array, status: number])[] = [
      [
        'with both Content-Length and Transfer-Encoding',
        raw(['Host: a', 'Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'),
        400,
      ],
      ['with two lengths', raw(['Host: a', 'Content-Length: 2', 'Content-Length: 3'], 'abc'), 400],
      ['with two equal lengths', raw(['Host: a', 'Content-Length: 3', 'Content-Length: 3'], 'abc'), 400],
      ['with a negative length', raw(['Host: a', 'Content-Length: -1']), 400],
      ['with a length in words', raw(['Host: a', 'Content-Length: many']), 400],
      ['with a hexadecimal length', raw(['Host: a', 'Content-Length: 0x3'], 'abc'), 400],
      ['with a length with a sign', raw(['Host: a', 'Content-Length: +3'], 'abc'), 400],
      ['with a length beyond every number', raw(['Host: a', `Content-Length: ${'9'.repeat(30)}`]), 400],
      ['with a length that is only large', raw(['Host: a', 'Content-Length: 999999999999999']), 413],
      ['with bare line feeds', 'POST /webhook/raw HTTP/1.1\nHost: a\nContent-Length: 0\n\n', 400],
      ['without Host', raw(['Content-Length: 0']), 400],
      ['with an unknown transfer encoding', raw(['Host: a', 'Transfer-Encoding: gzip', close], 'abc'), 400],
      ['with a chunk of no size', raw(['Host: a', 'Transfer-Encoding: chunked'], 'zz\r\nabc\r\n'), 400],
      ['with a folded header', raw(['Host: a', 'X-A: b\r\n c', 'Content-Length: 0', close]), 400],
      ['with a space before the colon', raw(['Host: a', 'Content-Length : 0']), 400],
      ['with a zero byte in a header', raw(['Host: a', 'X-A: a\0b']), 400],
      ['with headers that are too large', raw(['Host: a', `X-A: ${'a'.repeat(20_000)}`]), 431],
      ['with too long a path', raw(['Host: a'], '', `/webhook/${'a'.repeat(20_000)}`), 431],
      ['with a target that is no path', raw(['Host: a', 'Content-Length: 0', close], '', 'webhook'), 400],
      ['of a method that does not exist', raw(['Host: a'], '', '/webhook/raw', 'BREW'), 400],
      ['in lower case', raw(['Host: a'], '', '/webhook/raw', 'post'), 400],
      ['of another protocol', 'SSH-2.0-OpenSSH_9.2p1\r\n', 400],
      ['of HTTP/2', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n', 400],
      ['of TLS', Buffer.from('16030100a5010000a10303', 'hex'), 400],
      ['of bytes without meaning', Buffer.from([0, 1, 2, 255, 254, 13, 10, 13, 10]), 400],
      ['that expects something else', raw(['Host: a', 'Expect: a-miracle', 'Content-Length: 0', close]), 417],
      ['with a path that is not UTF-8', raw(['Host: a', 'Content-Length: 0', close], '', '/webhook/\xff'), 400],
      ['with percent signs that mean nothing', raw(['Host: a', 'Content-Length: 0', close], '', '/webhook/%zz'), 400],
      ['with an overlong encoding', raw(['Host: a', 'Content-Length: 0', close], '', '/webhook/%c0%af'), 400],
      ['that climbs out of its path', raw(['Host: a', 'Content-Length: 0', close], '', '/webhook/../health'), 404],
    ]
    for (const [what, request, status] of cases) {
      it(`${what} is ${status}`, async () => {
        const answer = await exchange(port, request)
        assert.equal(statusesIn(answer)[0], status, answer)
      })
    }

    it('cannot hide a second one in a body of two lengths', async () => {
      const hidden = raw(['Host: a', 'Content-Length: 0'], '', '/webhook/raw')
      const headers = ['Host: a', 'Content-Length: 6', 'Transfer-Encoding: chunked']
      assert.deepEqual(statusesIn(await exchange(port, raw(headers, `0\r\n\r\n${hidden}`))), [400])
      const body = raw(['Host: a', `Content-Length: ${hidden.length}`, close], hidden, '/webhook/outer')
      assert.deepEqual(statusesIn(await exchange(port, body)), [200])
    })
  })

  describe('a slow or broken sender', () => {
    afterEach(() => assertHealthy(port))
    it('of headers, of a body, of chunks, or of nothing, is told and cut off', { timeout: 20_000 }, async () => {
      const slow = [
        '',
        'POST /webhook/raw HTTP/1.1\r\nHost: a\r\nX-A: ',
        raw(['Host: a', 'Content-Length: 100'], 'abc', '/webhook/raw'),
        raw(['Host: a', 'Transfer-Encoding: chunked'], '3\r\nabc\r\n'),
        raw(['Host: a', 'Content-Length: 100000'], 'x'.repeat(70_000)),
      ]
      for (const answer of await Promise.all(slow.map((text) => exchange(port, text)))) {
        assert.match(answer, /^HTTP\/1.1 408 /)
      }
    })

    it('that was told that its body is too large has only so long to send it', { timeout: 20_000 }, async () => {
      const answer = await exchange(port, raw(['Host: a', 'Content-Length: 6000000'], 'abc'))
      assert.deepEqual(statusesIn(answer), [413, 408])
    })

    it('that breaks off leaves nothing behind, and its event can come again', async () => {
      for (const [headers, part] of [
        [['Host: a', 'Content-Length: 100', 'X-Event-Id: broken-off'], '{"a":'],
        [['Host: a', 'Content-Length: 200000', 'X-Event-Id: broken-off'], 'x'.repeat(150_000)],
        [['Host: a', 'Transfer-Encoding: chunked', 'X-Event-Id: broken-off'], '5\r\n{"a":\r\n'],
      ] as const) {
        for (const how of ['destroy', 'resetAndDestroy', 'end'] as const) {
          const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
          const closed = once(socket, 'close')
          socket.resume()
          socket.write(raw(headers, part), () => socket[how]())
          await closed
        }
      }
      const answer = await send(port, { path: '/webhook/x', headers: { 'x-event-id': 'broken-off' }, body: 'whole' })
      assert.match(answer.text, /"duplicate":false/)
    })

    it('does not hold up anyone else: a thousand connections that come and go', async () => {
      const sockets: Socket[] = []
      const open = async () => {
        const socket: Socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
        await once(socket, 'connect')
        socket.write(raw(['Host: a'], '', '/', 'GET'))
        const [answer] = await once(socket, 'data')
        assert.match(String(answer), /^HTTP\/1.1 200 /)
        sockets.push(socket)
      }
      // All of them stay open, but who connects must be able to speak within the little time that is given here.
      for (let wave = 0; wave < 20; wave += 1) await Promise.all(Array.from({ length: 50 }, open))
      await assertHealthy(port)
      for (const [index, socket] of sockets.entries()) index % 2 === 0 ? socket.destroy() : socket.resetAndDestroy()
    })
  })

  describe('a body', () => {
    afterEach(() => assertHealthy(port))
    const limit = 5 * mebibyte

    it('of exactly the limit is taken, whether its length is announced or not', async () => {
      const body = Buffer.alloc(limit, 'x')
      assert.equal((await send(port, { path: '/webhook/large', body })).status, 200)
      const chunked = `${limit.toString(16)}\r\n${'x'.repeat(limit)}\r\n0\r\n\r\n`
      const headers = ['Host: a', 'Transfer-Encoding: chunked', 'Connection: close']
      const answer = await exchange(port, raw(headers, chunked, '/webhook/large'))
      assert.deepEqual(statusesIn(answer), [200])
    })

    it('of one byte more is 413 in every case', async () => {
      assert.equal((await send(port, { path: '/webhook/raw', body: Buffer.alloc(limit + 1) })).status, 413)
      const chunked = `${(limit + 1).toString(16)}\r\n${'x'.repeat(limit + 1)}\r\n0\r\n\r\n`
      for (const close of [[], ['Connection: close']]) {
        const headers = ['Host: a', 'Transfer-Encoding: chunked', ...close]
        const next = raw(['Host: a', 'Content-Length: 0', 'Connection: close'], '', '/webhook/next')
        const answer = await exchange(port, raw(headers, chunked), close.length === 0 ? next : '')
        assert.deepEqual(statusesIn(answer), close.length === 0 ? [413, 200] : [413])
        assert.match(answer, /\{"error":"Payload too large\."\}/)
      }
    })

    it('that is too large still lets its sender read why, and the connection serve the next request', async () => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      const body = Buffer.alloc(12 * mebibyte)
      for (let n = 0; n < 5; n++) {
        const answer = await send(port, { path: '/webhook/large', body, agent })
        assert.deepEqual([answer.status, answer.text], [413, '{"error":"Payload too large."}'])
        assert.equal((await send(port, { path: '/webhook/small', agent })).status, 200)
      }
      agent.destroy()
    })

    it('of many levels is answered: taken where it is JSON, refused where it is not', async () => {
      for (const [levels, closed, status] of [
        [100_000, true, 200],
        [100_000, false, 400],
        [limit / 2, true, 200],
        [limit, false, 400],
      ] as const) {
        const body = '['.repeat(levels) + (closed ? ']'.repeat(levels) : '')
        const answer = await send(port, { path: '/webhook/deep', headers: json, body })
        assert.equal(answer.status, status, `${levels} levels`)
        if (closed) assert.equal(answer.text.slice(-levels - 1), `${']'.repeat(levels)}}`)
      }
      const objects = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`
      assert.equal((await send(port, { path: '/webhook/deep', headers: json, body: objects })).status, 200)
    })

    it('of many small things is taken', async () => {
      const body = `[${'{},'.repeat(500_000)}1]`
      assert.equal((await send(port, { path: '/webhook/wide', headers: json, body })).status, 200)
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      assert.equal((await send(port, { path: '/webhook/wide', headers: form, body: 'a&'.repeat(200_000) })).status, 200)
    })

    it('that was compressed is left as it is, whatever it would become', async () => {
      const bomb = gzipSync(Buffer.alloc(50 * mebibyte))
      for (const type of ['application/json', 'application/octet-stream']) {
        const headers = { 'content-type': type, 'content-encoding': 'gzip' }
        const answer = await send(port, { path: '/webhook/gzip', headers, body: bomb })
        assert.equal(answer.status, 200, answer.text)
        assert.match(answer.text, /"receivedData":null}$/)
      }
    })

    it('comes after 100 Continue where that is expected', async () => {
      const headers = ['Host: a', 'Expect: 100-continue', 'Content-Length: 2', 'Connection: close']
      assert.deepEqual(statusesIn(await exchange(port, raw(headers, 'hi', '/webhook/expected'))), [100, 200])
    })

    it('of the next request may follow at once: pipelined requests are answered in order', async () => {
      const requests = Array.from({ length: 50 }, (_, n) => {
        const last = n === 49 ? ['Connection: close'] : []
        const body = n % 5 === 4 ? '{' : `{"n":${n}}`
        const headers = ['Host: a', 'Content-Type: application/json', `Content-Length: ${body.length}`, ...last]
        return raw(headers, body, `/webhook/pipe.${n}`)
      })
      const answer = await exchange(port, requests.join(''))
      assert.deepEqual(
        statusesIn(answer),
        requests.map((_, n) => (n % 5 === 4 ? 400 : 200)),
      )
      const types = [...answer.matchAll(/"event":"pipe\.(\d+)"/g)].map(([, n]) => Number(n))
      assert.deepEqual(
        types,
        types.toSorted((a, b) => a - b),
      )
      assert.equal(types.length, 40)
    })
  })

  it('the process has not complained, and nothing of all that was taken for an event', async () => {
    assert.equal(await gateway.stop(), 0)
    assert.deepEqual(
      gateway.lines.filter(({ level }) => level >= 50),
      [],
    )
    assert.deepEqual(
      gateway.lines.filter(({ msg, type }) => msg === 'event received' && type === 'raw'),
      [],
    )
  })
})

describe('more connections than are allowed', () => {
  it('are closed, and there is room again once others are gone', async (t) => {
    const { port } = await startGateway(t, { MAX_CONNECTIONS: '3' })
    const open = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {})
        await once(socket, 'connect')
        socket.write(raw(['Host: a'], '', '/', 'GET'))
        await once(socket, 'data')
        return socket
      }),
    )
    const refused = connect({ port, host: '127.0.0.1' })
    assert.equal(await untilClosed(refused), '')
    const gone = open.map(async (socket) => {
      const ended = once(socket, 'close')
      socket.end()
      await ended
    })
    await Promise.all(gone)
    await assertHealthy(port)
  })
})
