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
