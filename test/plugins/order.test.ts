import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fastify, { type FastifyPluginCallback } from 'fastify'
import challenge from '../../plugins/challenge.ts'
import cors from '../../plugins/cors.ts'
import dedup from '../../plugins/dedup.ts'
import errors from '../../plugins/errors.ts'
import eventLog from '../../plugins/event-log.ts'
import handshake from '../../plugins/handshake.ts'
import ingest, { ingestOf } from '../../plugins/ingest.ts'
import lifecycle from '../../plugins/lifecycle.ts'
import payload from '../../plugins/payload.ts'
import rawBody from '../../plugins/raw-body.ts'
import readiness from '../../plugins/readiness.ts'
import source from '../../plugins/source.ts'
import verification from '../../plugins/verification.ts'
import { buildTestApp } from '../support/app.ts'

/** What `fastify-plugin` writes on a plugin. */
const meta = Symbol.for('plugin-meta')
const needs = (plugin: unknown): { readonly name?: string; readonly dependencies?: readonly string[] } =>
  Reflect.get(Object(plugin), meta)

const chain = {
  ingest,
  source,
  'raw-body': rawBody,
  challenge,
  verification,
  payload,
  handshake,
  dedup,
  'event-log': eventLog,
}
const single = { cors, errors, lifecycle, readiness }

describe('the plugins of the webhook scope', () => {
  it('each say by name what must come before them', () => {
    const said = Object.fromEntries(
      Object.values(chain).map((plugin) => [needs(plugin).name, needs(plugin).dependencies]),
    )
    assert.deepEqual(said, {
      ingest: undefined,
      source: ['ingest'],
      'raw-body': ['source'],
      challenge: ['cors', 'source'],
      verification: ['raw-body'],
      payload: ['verification'],
      handshake: ['payload'],
      dedup: ['payload'],
      'event-log': ['dedup'],
    })
    for (const [name, plugin] of Object.entries(single)) assert.equal(needs(plugin).name, name)
  })

  for (const [name, plugin] of Object.entries(chain)) {
    const missing = needs(plugin).dependencies?.[0]
    if (missing === undefined) continue
    it(`${name} without ${missing} before it stops the start and says so`, async () => {
      const app = fastify()
      app.register(plugin as FastifyPluginCallback)
      await assert.rejects(async () => await app.ready(), {
        message: `The dependency '${missing}' of plugin '${name}' is not registered`,
      })
    })
  }

  it('refuse to work on a request that the source plugin has not seen', async (t) => {
    const app = fastify()
    t.after(() => app.close())
    await app.register(ingest)
    app.get('/', async (request) => ingestOf(request).segment)
    const answer = await app.inject('/')
    assert.equal(answer.statusCode, 500)
    assert.match(answer.json().message, /source plugin has not seen this request/)
  })
})

describe('outside the webhook scope', () => {
  it('the app is a stock Fastify', async (t) => {
    const { app } = await buildTestApp(t, { WEBHOOK_SECRET: 'a secret of some length' })
    app.post('/stock', async (request) => ({
      body: request.body,
      raw: request.rawBody === undefined,
      ingest: request.ingest,
    }))
    app.post('/broken', async () => {
      throw new Error('as it is')
    })

    const json = await app.inject({ method: 'POST', url: '/stock', payload: { a: 1 } })
    assert.equal(json.statusCode, 200, 'unsigned, and nobody asks')
    assert.deepEqual(json.json(), { body: { a: 1 }, raw: true })

    const xml = await app.inject({
      method: 'POST',
      url: '/stock',
      headers: { 'content-type': 'text/xml' },
      payload: '<a/>',
    })
    assert.equal(xml.statusCode, 415)
    assert.equal(xml.json().code, 'FST_ERR_CTP_INVALID_MEDIA_TYPE')

    const malformed = await app.inject({
      method: 'POST',
      url: '/stock',
      headers: { 'content-type': 'application/json' },
      payload: '{',
    })
    assert.equal(malformed.statusCode, 400)
    assert.equal(malformed.json().statusCode, 400)

    const large = await app.inject({ method: 'POST', url: '/stock', payload: { a: 'x'.repeat(1024 * 1024) } })
    assert.equal(large.statusCode, 413)
    assert.equal(large.json().code, 'FST_ERR_CTP_BODY_TOO_LARGE')

    const broken = await app.inject({ method: 'POST', url: '/broken' })
    assert.deepEqual(broken.json(), { statusCode: 500, error: 'Internal Server Error', message: 'as it is' })

    const unknown = await app.inject({ method: 'GET', url: '/unknown' })
    assert.deepEqual(unknown.json(), { statusCode: 404, error: 'Not Found', message: 'Route GET:/unknown not found' })
  })
})
