import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { providers } from '../../../src/providers/registry.ts'
import { fillSample } from '../../../src/sending/samples/fill.ts'
import { sampleOf, samples } from '../../../src/sending/samples/index.ts'
import { canSign, generateSecret } from '../../../src/signing/keys.ts'
import { cli } from '../../support/cli.ts'
import { providerNamed } from '../verification/requests.ts'

describe('posthorn providers', () => {
  it('lists every one, with the setting that makes its source', async () => {
    const { code, out } = await cli(['providers'])
    assert.equal(code, 0)
    for (const { name } of providers.values()) assert.match(out, new RegExp(`^${name} `, 'm'))
    const { json } = await cli(['providers', '--json'])
    assert.ok(Array.isArray(json) && json.length === providers.size)
    for (const { name, setting, path } of json) {
      const scheme = providerNamed(name).schemes.find(canSign)
      if (name === 'generic' || scheme === undefined) continue
      const { sources } = loadConfig({ [setting]: generateSecret(scheme).verifyWith }, { cwd: process.cwd() })
      assert.deepEqual([...sources.keys()], [path.replace('/webhook/', '')])
    }
  })

  it('searches names, titles and headers, in any case', async () => {
    const names = async (search: string) => {
      const { json } = await cli(['providers', search, '--json'])
      return (Array.isArray(json) ? json : [json]).map(({ name }) => name)
    }
    assert.deepEqual(await names('DROPBOX S'), ['dropbox-sign'])
    assert.ok((await names('x-hub-signature')).includes('github'))
    assert.ok((await names('pay')).includes('paystack'))
    assert.deepEqual(await names('Stripe'), ['stripe'])
  })

  it('shows one with what to set and where to look', async () => {
    const { code, out } = await cli(['providers', 'twilio'])
    assert.equal(code, 0)
    const { docs, setup } = providerNamed('twilio')
    for (const text of ['TWILIO_WEBHOOK_SECRET', '/webhook/twilio', 'PUBLIC_URL', docs, setup, 'posthorn send twilio'])
      assert.ok(out.includes(text), text)
  })

  it('is 1 when nothing matches', async () => {
    const { code, err } = await cli(['providers', 'nobody-at-all'])
    assert.deepEqual([code, /no provider matches "nobody-at-all"/.test(err)], [1, true])
    const { code: same, json } = await cli(['providers', 'nobody-at-all', '--json'])
    assert.deepEqual([same, json], [1, []])
  })
})

describe('samples', () => {
  it('belong to providers', () => {
    for (const name of Object.keys(samples)) assert.ok(providers.has(name), name)
  })

  it('have new ids each time and no token left', () => {
    for (const provider of providers.values()) {
      const [one, two] = [1, 2].map(() => fillSample(sampleOf(provider), 1_750_000_000_000))
      const text = JSON.stringify(one?.headers) + one?.url + one?.body
      assert.ok(!/\{[a-z-]+(?::\d+)?\}/.test(text), text)
      const hasTokens = /\{(?:uuid|alnum|hex|upper|digits|number)[:}]/.test(JSON.stringify(sampleOf(provider)))
      if (hasTokens) assert.notDeepEqual(one, two, provider.name)
    }
  })

  it('are made of the row where a provider has none', () => {
    const row = { ...providerNamed('gocardless'), name: 'none-of-ours' }
    const { body, headers } = fillSample(sampleOf(row), 0)
    const json = JSON.parse(body.toString())
    assert.deepEqual([json.events[0].resource_type, json.events[0].action], ['example.created', 'example.created'])
    assert.match(json.meta.webhook_id, /^[0-9a-f-]{36}$/)
    assert.equal(headers['content-type'], 'application/json')
    assert.match(
      fillSample(sampleOf({ ...row, id: ['header:x-id'], type: [] }), 0).headers['x-id'] ?? '',
      /^[0-9a-f-]{36}$/,
    )
  })
})

describe('help', () => {
  it('is there for everything, with examples and exit codes', async () => {
    for (const args of [['--help'], ['help', 'send'], ['send', '--help'], ['providers', '-h'], ['start', '--help']]) {
      const { code, out } = await cli(args)
      assert.equal(code, 0)
      assert.match(out, /Examples:\n {2}(?:posthorn|STRIPE)/)
    }
    assert.match((await cli(['--help'])).out, /Exit codes:/)
  })

  it('is what a bare "posthorn" prints, as an error', async () => {
    const { code, err } = await cli([])
    assert.deepEqual([code, /Usage: posthorn/.test(err)], [2, true])
  })

  it('knows its version', async () => {
    assert.match((await cli(['--version'])).out, /^\d+\.\d+\.\d+/)
  })
})
