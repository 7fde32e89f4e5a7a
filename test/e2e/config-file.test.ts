import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { Webhook } from 'standardwebhooks'
import { runGateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { tempDir } from '../support/temp-dir.ts'
import { answer, receiver } from '../unit/delivery/support.ts'

const secret = 'a-secret-that-must-not-be-shown'
const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

/** The path of a configuration file that says this. */
function configFile(text: string, name = 'posthorn.config.ts'): string {
  const path = join(tempDir(), name)
  writeFileSync(path, text)
  return path
}

function acmeSignature(body: string): string {
  const time = Math.floor(Date.now() / 1000)
  return `t=${time},v1=${createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')}`
}

describe('a gateway with a configuration file', { concurrency: 2 }, () => {
  it('verifies a home-grown sender and posts its events where they belong', async (t) => {
    const billing = await receiver(t, answer(500), answer(200))
    const env = {
      CONFIG: 'examples/posthorn.config.ts',
      BILLING_URL: billing.url.href,
      BILLING_SECRET: whsec,
      ACME_SECRET: secret,
    }
    const { port, lines, logged, output } = await startGateway(t, env)
    const ready = lines.find(({ msg }) => msg === 'ready')
    assert.deepEqual([ready?.['sources'], ready?.['destinations']], [['acme'], ['billing']])

    const post = (body: string, signature = acmeSignature(body)) =>
      send(port, { path: '/webhook/acme', headers: { 'x-acme-signature': signature, 'x-team': 'theirs' }, body })
    const other = '{"id":"1","kind":"user.created"}'
    const free = '{"id":"3","kind":"invoice.paid","total":0}'
    const paid = '{"id":"2","kind":"invoice.paid","total":500}'
    assert.equal((await post(other)).status, 200)
    assert.equal((await post(free)).status, 200)
    assert.equal((await post(paid)).status, 200)
    assert.equal((await post(paid, acmeSignature(`${paid} `))).status, 401)

    const { request, body } = await billing.next()
    const handed = { type: 'invoice.paid', invoice: JSON.parse(paid) }
    assert.deepEqual(JSON.parse(body.toString()), handed)
    assert.equal(request.headers['posthorn-type'], 'invoice.paid')
    assert.equal(request.headers['x-team'], 'billing')
    const signed = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
    assert.deepEqual(new Webhook(whsec).verify(body.toString(), signed), handed)
    assert.equal(billing.received.length, 1, 'the other events went nowhere')
    await logged(({ msg, ['destinations']: count }) => msg === 'event received' && count === 1)
    const counts = lines.filter(({ msg }) => msg === 'event received').map(({ destinations }) => destinations)
    assert.deepEqual(counts, [0, 0, 1])
    assert.doesNotMatch(output(), /a-secret-that-must-not-be-shown|whsec_/)
  })

  it('answers others while filters look at large bodies and hostile texts', async (t) => {
    const deploys = await receiver(t, answer(200))
    const text = `export default {
      destinations: {
        deploys: { url: ${JSON.stringify(deploys.url.href)}, secret: false, filter: { 'body.ref': /^(refs\\/|a+)+main$/ } },
      },
    }`
    const { port, logged } = await startGateway(t, { CONFIG: configFile(text) })
    const post = (fields: object, padding: number) => {
      const body = JSON.stringify({ ...fields, padding: 'x'.repeat(padding) })
      return send(port, { path: '/webhook/push', headers: { 'content-type': 'application/json' }, body })
    }
    const hostile = `${'a'.repeat(100)}!`
    const answers = await Promise.all([
      post({ n: 1, ref: 'refs/main' }, 0),
      post({ n: 2, ref: 'refs/other' }, 0),
      post({ n: 3, ref: 'refs/main' }, 2_000_000),
      post({ n: 4, ref: 'refs/other' }, 2_000_000),
      post({ n: 5, ref: hostile }, 0),
      post({ n: 6, ref: hostile }, 2_000_000),
    ])
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]))
    const handed = new Set<unknown>()
    while (handed.size < 4) handed.add(JSON.parse((await deploys.next()).body.toString()).n)
    assert.deepEqual(handed, new Set([...handed].filter((n) => n === 1 || n === 3 || n === 5 || n === 6)))
    const { level, destinations } = await logged(({ msg }) => msg.startsWith('a filter could not be evaluated'))
    assert.deepEqual([level, destinations], [40, ['deploys']])
  })

  it('tries a failing transform again, and leaves out what it wants left out', async (t) => {
    const orders = await receiver(t, answer(200))
    const text = `let failures = 1
    export default {
      destinations: {
        orders: {
          url: ${JSON.stringify(orders.url.href)},
          secret: false,
          schedule: ['1ms'],
          transform({ type }) {
            if (type === 'internal') return null
            if (failures-- > 0) throw new Error('not yet')
            return { body: { type } }
          },
        },
      },
    }`
    const { port, logged } = await startGateway(t, { CONFIG: configFile(text) })
    await send(port, { path: '/webhook/internal', body: '1' })
    const out = await logged(({ msg }) => msg === 'left out by the transform')
    assert.equal(out['outcome'], 'done')
    await send(port, { path: '/webhook/order.paid', body: '2' })
    const { request, body } = await orders.next()
    assert.equal(body.toString(), '{"type":"order.paid"}')
    assert.equal(request.headers['posthorn-attempt'], '2')
    const failed = await logged(({ msg }) => msg.startsWith('delivery failed'))
    assert.equal(failed['error'], 'the transform failed: not yet')
  })

  it('keeps FORWARD_URL and handlers beside it, each with its own route', async (t) => {
    const all = await receiver(t, answer(200))
    const some = await receiver(t, answer(200))
    const handlers = join(tempDir(), 'handlers')
    mkdirSync(handlers)
    const handler = 'export default ({ source, type }, { log }) => log.info({ from: source }, "handled " + type)\n'
    writeFileSync(join(handlers, 'push.js'), handler)
    writeFileSync(join(handlers, 'ping.js'), handler)
    const config = {
      destinations: {
        some: { url: some.url.href.replace('/hook', '/some'), secret: false, types: 'p*', from: 'acme' },
      },
      handlers: { push: { from: 'acme' } },
    }
    const env = {
      CONFIG: configFile(JSON.stringify(config), 'mine.json'),
      FORWARD_URL: all.url.href,
      HANDLERS_DIR: handlers,
      WEBHOOK_SECRET: secret,
      ACME_WEBHOOK_SECRET: secret,
    }
    const { port, logged, lines } = await startGateway(t, env)
    for (const [path, type] of [
      ['/webhook/push', 'push'],
      ['/webhook/ping', 'ping'],
      ['/webhook/acme', 'push'],
    ] as const) {
      const body = JSON.stringify({ type, path })
      const signature = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`
      const answered = await send(port, {
        path,
        headers: { 'x-webhook-signature': signature, 'content-type': 'application/json' },
        body,
      })
      assert.equal(answered.status, 200)
    }
    assert.equal((await some.next()).request.headers['posthorn-source'], 'acme')
    for (let n = 0; n < 3; n++) await all.next()
    await logged(({ msg, ['from']: from }) => msg === 'handled push' && from === 'acme')
    await logged(({ msg, ['from']: from }) => msg === 'handled ping' && from === 'default')
    assert.equal(
      lines.some(({ msg, ['from']: from }) => msg === 'handled push' && from === 'default'),
      false,
    )
    assert.equal(some.received.length, 1)
  })

  it('that cannot be used ends with one line for each mistake, and no stack', async () => {
    const run = async (CONFIG: string, env: Readonly<Record<string, string>> = {}) => {
      const { code, stderr } = await runGateway({ CONFIG, ...env })
      assert.equal(code, 1)
      assert.doesNotMatch(stderr, / {4}at |a-secret-that-must-not-be-shown/)
      return stderr.trimEnd().split('\n')
    }
    const [missing] = await run('/there/is/no.ts')
    assert.match(missing ?? '', /^CONFIG: \/there\/is\/no\.ts cannot be read \(ENOENT\)/)

    const broken = await run(configFile('export default {\n  sources: ,\n}\n'))
    assert.equal(broken.length, 1)
    assert.match(broken[0] ?? '', /posthorn\.config\.ts:2: SyntaxError: /)

    const wrong = await run(
      configFile(`export default { sources: { acme: { secrt: '${secret}' } }, destinations: { a: { url: 'x' } } }`),
      { PORT: 'x' },
    )
    assert.equal(wrong.length, 3, wrong.join('\n'))
    assert.match(
      wrong.join('\n'),
      /^PORT: .*\n.*sources\.acme\.secrt: there is no such key; did you mean secret\?\n.*destinations\.a\.url: /,
    )

    const [handler] = await run(configFile('export default { handlers: { pushh: {} } }'))
    assert.match(handler ?? '', /handlers\.pushh: .*has no handler of this name/)
  })
})

it('the package gives a configuration and a handler their types, and nothing more', async () => {
  const given = await import('posthorn')
  const sources = await import('../../src/index.ts')
  assert.deepEqual(Object.keys(given).sort(), Object.keys(sources).sort())
  const value = { sources: {} }
  assert.equal(given.defineConfig(value), value)
  const handler = () => {}
  assert.equal(given.defineHandler(handler), handler)
  const root = join(import.meta.dirname, '..', '..')
  assert.match(readFileSync(join(root, 'Dockerfile'), 'utf8'), /\/app\/index\.js/)
})
