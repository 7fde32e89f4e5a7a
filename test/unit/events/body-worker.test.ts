import assert from 'node:assert/strict'
import { createHmac } from 'node:crypto'
import { it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { createBodyWorker } from '../../../src/events/body-worker.ts'
import { createSources, largeBytes } from '../../../src/events/source.ts'
import { compileSourceVerifier } from '../../../src/events/source-verifier.ts'
import { openCapturedSecrets } from '../../../src/handshakes/captured-secrets.ts'
import type { SignedRequest } from '../../../src/verification/types.ts'
import { tempDir } from '../../support/temp-dir.ts'

const secret = 'a-secret-of-a-good-length'
const config = loadConfig({ WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_SECRET: secret, DATA_DIR: '/data' }, { cwd: '/' })
const data = { sources: [config.defaultSource, ...config.sources.values()], publicUrl: null }

function signed(body: Buffer, signature = createHmac('sha256', secret).update(body).digest('hex')): SignedRequest {
  const value = `sha256=${signature}`
  return {
    method: 'POST',
    url: '/webhook/github',
    headers: { 'x-hub-signature-256': value },
    rawHeaders: ['X-Hub-Signature-256', value],
    body,
  }
}

function shared(bytes: number): Buffer {
  return Buffer.from(new SharedArrayBuffer(bytes)).fill('x')
}

it('judges as the verifier on the event loop does', async (t) => {
  const worker = createBodyWorker(data)
  t.after(() => worker.close())
  const github = config.sources.get('github')
  assert.ok(github !== undefined)
  const verify = compileSourceVerifier(github, null)
  const body = shared(2 * largeBytes)
  for (const request of [
    signed(body),
    signed(body, 'ab'.repeat(32)),
    signed(body, 'zz'),
    { ...signed(body), headers: {} },
  ]) {
    assert.deepEqual(await worker.verify('github', request, 0), verify?.(request, 0))
  }
})

it('is asked for large bodies only', async (t) => {
  const worker = createBodyWorker(data)
  t.after(() => worker.close())
  const { verify } = createSources(config, { worker, captured: openCapturedSecrets(tempDir()) }).resolve('github')
  assert.ok(verify !== null)
  assert.ok(!(verify(signed(shared(largeBytes)), 0) instanceof Promise))
  const later = verify(signed(shared(largeBytes + 1)), 0)
  assert.ok(later instanceof Promise)
  assert.equal((await later).ok, true)
})

it('is asked sooner where the body is looked into, or hashed often, before it is verified', async (t) => {
  const names = ['linear', 'twilio', 'generic']
  const named = loadConfig(
    Object.fromEntries(names.map((name) => [`${name.toUpperCase()}_WEBHOOK_SECRET`, `${secret}-${name}`])),
    { cwd: '/' },
  )
  const worker = createBodyWorker({ sources: [...named.sources.values()], publicUrl: null })
  t.after(() => worker.close())
  const sources = createSources(named, { worker, captured: openCapturedSecrets(tempDir()) })
  const judge = (name: string, bytes: number) => sources.resolve(name).verify?.(signed(Buffer.alloc(bytes)), 0)
  for (const name of names) assert.ok(!(judge(name, 64 * 1024) instanceof Promise), name)
  for (const name of ['linear', 'twilio']) assert.ok(judge(name, 64 * 1024 + 1) instanceof Promise, name)
  assert.ok(!(judge('generic', 128 * 1024) instanceof Promise))
  assert.ok(judge('generic', 1024 * 1024) instanceof Promise)
})

it('verifies large bodies with the secrets that a sender brought, and with new ones from then on', async (t) => {
  const named = loadConfig({ ASANA_WEBHOOK_VERIFY_TOKEN: 'a-token-of-32-characters-0123456' }, { cwd: '/' })
  const worker = createBodyWorker({ sources: [...named.sources.values()], publicUrl: null })
  t.after(() => worker.close())
  const captured = openCapturedSecrets(tempDir())
  const { verify } = createSources(named, { worker, captured }).resolve('asana')
  const body = shared(2 * largeBytes)
  const judge = async (by: string) => {
    const headers = { 'x-hook-signature': createHmac('sha256', by).update(body).digest('hex') }
    const verdict = await verify?.({ ...signed(body), headers, rawHeaders: Object.entries(headers).flat() }, 0)
    return verdict?.ok
  }
  assert.equal(await judge('first brought secret'), false)
  await captured.add('asana', 'first brought secret')
  assert.equal(await judge('first brought secret'), true)
  assert.equal(await judge('second brought secret'), false)
  await captured.add('asana', 'second brought secret')
  assert.deepEqual([await judge('first brought secret'), await judge('second brought secret')], [true, true])
})

it('refuses those who wait when its thread dies, and goes on with another', async (t) => {
  const worker = createBodyWorker(data)
  t.after(() => worker.close())
  const question = { contentType: 'application/json', mustBeJson: true, pointers: ['/a'], echo: false }
  const doomed = worker.verify('nobody', signed(shared(10)), 0)
  const behind = worker.read(Buffer.from('{"a":1}'), question)
  await assert.rejects(doomed, /"nobody" verifies nothing/)
  await assert.rejects(behind)
  assert.deepEqual(await worker.read(Buffer.from('{"a":1}'), question), { values: [1], echo: null })
})
