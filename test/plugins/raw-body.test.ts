import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import fastify from 'fastify'
import errors from '../../plugins/errors.ts'
import ingest from '../../plugins/ingest.ts'
import rawBody, { bytesOf } from '../../plugins/raw-body.ts'
import source from '../../plugins/source.ts'
import { loadConfig } from '../../src/config/load.ts'
import { createSources } from '../../src/events/source.ts'
import { openCapturedSecrets } from '../../src/handshakes/captured-secrets.ts'
import type { Cleanup } from '../support/gateway.ts'
import { send, statusesIn, untilClosed } from '../support/http.ts'
import { tempDir } from '../support/temp-dir.ts'

const kibibyte = 1024
const limit = 300 * kibibyte
const cap = 500 * kibibyte

const idle = {
  worker: { verify: () => Promise.reject(new Error('nothing is verified here')) },
  captured: openCapturedSecrets(tempDir()),
}

/** Only as much of the gateway as receives bodies. */
async function listen(t: Cleanup) {
  const app = fastify()
  t.after(() => app.close())
  const config = loadConfig({ BODY_LIMIT: String(limit) }, { cwd: '/' })
  await app.register(errors)
  await app.register(ingest)
  await app.register(source, { sources: createSources(config, idle) })
  await app.register(rawBody, { maxBodyLimit: limit, maxBufferedBytes: cap, prepare: () => {} })
  app.post('/webhook/:event', async (request) => ({ bytes: bytesOf(request).length }))
  await app.listen({ port: 0, host: '127.0.0.1' })
  const address = app.server.address()
  assert.ok(address !== null && typeof address === 'object')
  const { port } = address

  /** Sends so much of a chunked body and resolves once all of that was received. */
  async function begin(bytes: number): Promise<{ readonly socket: Socket; readonly request: IncomingMessage }> {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.write('POST /webhook/x HTTP/1.1\r\nHost: a\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n')
    const [request] = await once(app.server, 'request')
    const received = Promise.withResolvers<void>()
    let left = bytes
    request.on('data', (chunk: Buffer) => {
      left -= chunk.length
      if (left <= 0) received.resolve()
    })
    socket.write(`${bytes.toString(16)}\r\n${'x'.repeat(bytes)}\r\n`)
    await received.promise
    return { socket, request }
  }

  const sendWhole = async (bytes: number) => {
    const answer = await send(port, { path: '/webhook/x', body: 'x'.repeat(bytes) })
    if (answer.status === 503) assert.equal(answer.headers['retry-after'], '5')
    return answer.status
  }
  return { begin, sendWhole }
}

describe('large bodies that are received at once', () => {
  it('past the cap are asked to come again; those before them and small ones are taken', async (t) => {
    const { begin, sendWhole } = await listen(t)
    const one = await begin(200 * kibibyte)
    assert.equal(await sendWhole(200 * kibibyte), 200)
    const two = await begin(200 * kibibyte)
    assert.equal(await sendWhole(200 * kibibyte), 503)
    assert.equal(await sendWhole(60 * kibibyte), 200)
    for (const { socket } of [one, two]) {
      const answer = untilClosed(socket)
      socket.write('3\r\nend\r\n0\r\n\r\n')
      assert.match(await answer, /^HTTP\/1.1 200 .*\{"bytes":204803\}$/s)
    }
    assert.equal(await sendWhole(250 * kibibyte), 200)
  })

  it('count no more once they were broken off', async (t) => {
    const { begin, sendWhole } = await listen(t)
    for (let n = 0; n < 5; n++) {
      const { socket, request } = await begin(280 * kibibyte)
      assert.equal(await sendWhole(280 * kibibyte), 503)
      const closed = new Promise((resolve) => request.once('close', resolve))
      socket.resetAndDestroy()
      await closed
      assert.equal(await sendWhole(280 * kibibyte), 200)
    }
  })

  it('count as long as they are held, even if they were refused for their size', async (t) => {
    const { begin, sendWhole } = await listen(t)
    const large = await begin(limit + 1)
    const [answer] = await once(large.socket, 'data')
    assert.deepEqual(statusesIn(String(answer)), [413])
    assert.equal(await sendWhole(250 * kibibyte), 503)
    const closed = once(large.request, 'close')
    const rest = untilClosed(large.socket)
    large.socket.write('0\r\n\r\n')
    await closed
    assert.equal(await rest, '', 'the connection ends with the body')
    assert.equal(await sendWhole(250 * kibibyte), 200)
  })
})
