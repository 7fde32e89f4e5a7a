import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { providers } from '../../../src/providers/registry.ts'
import { sampleOf } from '../../../src/sending/samples/index.ts'
import { faultNames } from '../../../src/signing/faults.ts'
import { canSign, generateSecret } from '../../../src/signing/keys.ts'
import { buildTestApp } from '../../support/app.ts'
import { cli } from '../../support/cli.ts'
import { tempDir } from '../../support/temp-dir.ts'

const publicUrl = 'https://hooks.example.com/in'
const cwd = tempDir()

/** A source of its own for each scheme of each provider. */
const sources = [...providers.values()].flatMap((provider) =>
  provider.schemes.filter(canSign).map((scheme, index) => {
    const source = `${provider.name}-s${index}`
    const { signWith, verifyWith } = generateSecret(scheme)
    const file = join(cwd, source)
    writeFileSync(file, signWith)
    return { provider, scheme, source, file, verifyWith, prefix: source.toUpperCase().replaceAll('-', '_') }
  }),
)
type Source = (typeof sources)[number]

const env = Object.fromEntries(
  sources.flatMap(({ provider, prefix, verifyWith }) => [
    [`${prefix}_WEBHOOK_SECRET`, verifyWith],
    [`${prefix}_WEBHOOK_PROVIDER`, provider.name],
  ]),
)

let sent = 0

/** For schemes for a form of a provider whose sample is JSON, and the other way round: another event each time. */
function dataFor({ provider, scheme }: Source): readonly string[] {
  const { when, at } = scheme
  const hasForm = sampleOf(provider).form !== undefined
  const messageId = `m${sent++}`
  if (hasForm && at.startsWith('body:')) return ['--data', JSON.stringify({ messageId, text: 'Hello' })]
  if (hasForm || (!at.startsWith('form:') && when?.startsWith !== 'application/x-www-form-urlencoded')) return []
  const form = new URLSearchParams({ payload: '{"ref":"refs/heads/main"}', messageId, text: 'Hello' })
  writeFileSync(join(cwd, messageId), form.toString())
  return ['--data', messageId, '--header', 'content-type: application/x-www-form-urlencoded']
}

const signsTime = ({ scheme }: Source) => 'timestamp' in scheme || 'time' in scheme
/** A JWT over the URL, and an HMAC over a query parameter and a header. */
const signsBody = ({ provider, scheme }: Source) =>
  scheme.kind !== 'token' && !['monday', 'mercadopago'].includes(provider.name)

describe('posthorn send', async () => {
  const { app, store, lines } = await buildTestApp({ after }, { ...env, PUBLIC_URL: publicUrl, LOG_LEVEL: 'info' })
  await app.listen({ port: 0, host: '127.0.0.1' })
  const { port } = app.server.address() as AddressInfo

  const send = async (one: Source, ...more: readonly string[]) => {
    const { provider, scheme, source, file } = one
    const url = `http://127.0.0.1:${port}/webhook/${source}`
    const signing = ['--scheme', scheme.name, '--secret-file', file, '--source', source, '--public-url', publicUrl]
    return await cli(['send', provider.name, '--url', url, ...signing, ...dataFor(one), ...more], { cwd })
  }

  for (const one of sources) {
    it(`signs for ${one.provider.name} by ${one.scheme.name}, and is accepted under that scheme`, async () => {
      const { code, out, err } = await send(one)
      assert.equal(code, 0, `${err}${out}${JSON.stringify(lines.at(-1))}`)
      const [event] = (await store.list({ limit: 1 })).events
      assert.equal(event?.source, one.source)
      if (one.provider.answer === undefined) assert.ok(out.includes(`stored as ${event.id}`), out)
    })
  }

  for (const fault of ['stale', 'future'] as const) {
    it(`${fault}: is answered as expired wherever a time is signed, and elsewhere says that there is none`, async () => {
      for (const one of sources) {
        const { code, out, err } = await send(one, '--fault', fault)
        if (signsTime(one))
          assert.deepEqual([code, /Request expired/.test(out)], [0, true], `${one.source}: ${err}${out}`)
        else assert.deepEqual([code, /signs no time/.test(err)], [2, true], `${one.source}: ${err}${out}`)
      }
    })
  }

  it('mutated-body: is rejected wherever the body is signed, and elsewhere says that it is not', async () => {
    for (const one of sources) {
      const { code, out, err } = await send(one, '--fault', 'mutated-body')
      if (signsBody(one))
        assert.deepEqual([code, /Invalid signature/.test(out)], [0, true], `${one.source}: ${err}${out}`)
      else assert.deepEqual([code, /signs nothing of the body/.test(err)], [2, true], `${one.source}: ${err}${out}`)
    }
  })

  for (const fault of ['wrong-secret', 'no-signature'] as const) {
    it(`${fault}: is rejected by all`, async () => {
      for (const one of sources) {
        const { code, out, err } = await send(one, '--fault', fault)
        assert.deepEqual([code, /Invalid signature/.test(out)], [0, true], `${one.source}: ${err}${out}`)
      }
    })
  }

  for (const fault of ['duplicate', 'concurrent-duplicates'] as const) {
    it(`${fault}: only the first is stored wherever an id or a time tells them apart`, async () => {
      let recognised = 0
      for (const one of sources) {
        const { code, out, err } = await send(one, '--fault', fault, '--concurrency', '3')
        assert.equal(code, 0, `${one.source}: ${err}${out}`)
        const hasId = one.provider.id.length > 0
        if (/recognised as duplicates/.test(out)) recognised++
        else if (signsTime(one)) assert.ok(one.provider.answer !== undefined, `${one.source}: ${out}`)
        else assert.ok(!hasId || /no id|do not say/.test(out), `${one.source}: ${out}`)
      }
      assert.ok(recognised > sources.length / 3, `${recognised} of ${sources.length}`)
    })
  }

  it('slow and chunked: are accepted', async () => {
    for (const one of sources) {
      for (const fault of ['slow', 'chunked']) {
        const { code, out, err } = await send(one, '--fault', fault, '--drip', '0.001')
        assert.equal(code, 0, `${one.source}, ${fault}: ${err}${out}`)
      }
    }
  })

  it('says of senders whose keys are fetched that nobody can send for them', async () => {
    for (const provider of providers.values()) {
      if (provider.schemes.some(canSign)) continue
      const { code, err } = await cli(['send', provider.name, '--secret', 'x'])
      assert.deepEqual([code, /private keys of its own/.test(err)], [2, true], err)
    }
  })

  it('knows no other fault than these', () => {
    assert.equal(faultNames.length, 9)
  })
})
