import assert from 'node:assert/strict'
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { CapturedSecretsError, openCapturedSecrets } from '../../src/handshakes/captured-secrets.ts'
import { runGateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { hmacHex } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'

const token = 'the-token-in-the-url-0123456789'
const json = { 'content-type': 'application/json' }
const hook = 'b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81'
const notionSecret = 'secret_tMrlL1qK5vuQAh1b6cZGhFChZTSYJlce98V0pYn7yBl'
const event = '{"events":[{"action":"changed"}]}'
const env = { ASANA_WEBHOOK_VERIFY_TOKEN: token, NOTION_WEBHOOK_VERIFY_TOKEN: token }

const register = (port: number, secret: string, query = `?verify_token=${token}`) =>
  send(port, { path: `/webhook/asana${query}`, headers: { 'x-hook-secret': secret } })
const deliver = async (port: number, secret: string, body = event) =>
  (await send(port, { path: '/webhook/asana', headers: { ...json, 'x-hook-signature': hmacHex(secret, body) }, body }))
    .status

describe('a secret that comes in a handshake', () => {
  it('is kept before it is answered, verifies from then on, and survives kill -9', async (t) => {
    const first = await startGateway(t, env)
    const path = join(first.dataDir, 'handshake-secrets.json')
    assert.equal(await deliver(first.port, hook), 401, 'nothing is verified by no secret')
    const answer = await register(first.port, hook)
    assert.deepEqual([answer.status, answer.headers['x-hook-secret'], answer.text], [200, hook, ''])
    await first.logged(({ msg }) => msg === `answered a handshake: its secret is kept in ${path}`)
    await first.kill()
    assert.equal(statSync(path).mode & 0o777, 0o600)
    assert.deepEqual(JSON.parse(readFileSync(path, 'utf8')), { asana: [hook] })

    const second = await startGateway(t, { ...env, DATA_DIR: first.dataDir })
    assert.equal(await deliver(second.port, hook), 200)
    assert.equal(await deliver(second.port, `${hook}0`), 401)
    for (const output of [first.output(), second.output()]) {
      assert.ok(!output.includes(hook) && !output.includes(token))
    }
    await second.logged(({ msg }) => msg === 'event received')
  })

  it('cannot be planted by a stranger, before or after the sender brought one', async (t) => {
    const { port, dataDir } = await startGateway(t, env)
    const planted = 'a'.repeat(64)
    const tries = ['', '?verify_token=', '?verify_token=guess', `?verify_token=${token}&verify_token=${token}`]
    for (const registered of [false, true]) {
      if (registered) assert.equal((await register(port, hook)).status, 200)
      for (const query of tries) {
        const answer = await register(port, planted, query)
        assert.deepEqual([answer.status, answer.headers['x-hook-secret']], [403, undefined])
        assert.equal(answer.text, '{"error":"Handshake refused."}')
      }
      assert.equal(await deliver(port, planted), 401)
    }
    assert.deepEqual(JSON.parse(readFileSync(join(dataDir, 'handshake-secrets.json'), 'utf8')), { asana: [hook] })
    assert.equal((await register(port, hook, '')).status, 200, 'one that is known proves itself')
  })

  it('may be one of several, of which the newest eight are kept', async (t) => {
    const { port } = await startGateway(t, env)
    const secrets = Array.from({ length: 10 }, (_, n) => `${n}`.repeat(64))
    for (const secret of secrets) assert.equal((await register(port, secret)).status, 200)
    assert.equal((await register(port, secrets[3] ?? '')).status, 200)
    const statuses = await Promise.all(secrets.map((secret, n) => deliver(port, secret, `{"events":[${n}]}`)))
    assert.deepEqual(statuses, [401, 401, 200, 200, 200, 200, 200, 200, 200, 200])
  })

  it('does not make an event of the request that brings it', async (t) => {
    const { port } = await startGateway(t, env)
    const body = JSON.stringify({ verification_token: notionSecret })
    const headers = { ...json, 'x-notion-signature': `sha256=${hmacHex(notionSecret, body)}` }
    const path = '/webhook/notion'
    assert.equal((await send(port, { path, headers, body })).status, 403)
    assert.equal((await send(port, { path: `${path}?verify_token=${token}`, headers, body })).status, 200)
    const known = await send(port, { path, headers, body })
    assert.deepEqual([known.status, known.text], [200, ''])

    const page = '{"id":"e1","type":"page.created"}'
    const signed = { ...json, 'x-notion-signature': `sha256=${hmacHex(notionSecret, page)}` }
    assert.match((await send(port, { path, headers: signed, body: page })).text, /"event":"page.created"/)
  })

  it('is not taken where a secret is configured and no token', async (t) => {
    const { port } = await startGateway(t, { ASANA_WEBHOOK_SECRET: hook })
    assert.equal((await register(port, 'b'.repeat(64))).status, 403)
    assert.equal((await register(port, hook)).headers['x-hook-secret'], hook)
    assert.equal(await deliver(port, hook), 200)
  })

  it('is refused where it could not be one', async (t) => {
    const { port } = await startGateway(t, env)
    for (const secret of ['short', 'x'.repeat(257), 'with a space in the middle']) {
      assert.equal((await register(port, secret)).status, 401)
    }
  })
})

describe('the file of such secrets', () => {
  it('stops the start with one line where it is not what was written there', async () => {
    const dataDir = tempDir()
    const path = join(dataDir, 'handshake-secrets.json')
    writeFileSync(path, `{"asana":"${hook}"}`)
    const { code, stderr } = await runGateway({ ...env, DATA_DIR: dataDir })
    assert.equal(code, 1)
    assert.equal(
      stderr,
      `${path}: is not what was written there; restore it, or remove it and create the senders' webhooks anew.\n`,
    )
  })

  it('is replaced as a whole, with a mode that shows it to nobody else', async () => {
    const dataDir = tempDir()
    const path = join(dataDir, 'handshake-secrets.json')
    writeFileSync(`${path}.new`, 'left by a process that was killed')
    chmodSync(`${path}.new`, 0o644)
    const captured = openCapturedSecrets(dataDir)
    assert.deepEqual([captured.of('asana'), captured.all()], [[], []])
    await captured.add('asana', 'one')
    assert.equal(statSync(path).mode & 0o777, 0o600)
    await Promise.all([captured.add('notion', 'two'), captured.add('asana', 'three')])
    assert.deepEqual(captured.of('asana'), ['three', 'one'])
    assert.deepEqual(openCapturedSecrets(dataDir).all(), ['three', 'one', 'two'])
    assert.equal(statSync(path).mode & 0o777, 0o600)
  })

  it('counts for nothing before it is written, and goes on after a failure', async () => {
    const dataDir = tempDir()
    const captured = openCapturedSecrets(join(dataDir, 'file', 'below'))
    writeFileSync(join(dataDir, 'file'), '')
    await assert.rejects(captured.add('asana', 'lost'))
    assert.deepEqual(captured.of('asana'), [])
  })

  it('must be readable', () => {
    const dataDir = tempDir()
    writeFileSync(join(dataDir, 'handshake-secrets.json'), '{')
    assert.throws(() => openCapturedSecrets(dataDir), CapturedSecretsError)
  })
})
