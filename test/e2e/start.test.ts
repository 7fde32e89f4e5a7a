import assert from 'node:assert/strict'
import { once } from 'node:events'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { before, describe, it, test } from 'node:test'
import { runGateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { tempDir } from '../support/temp-dir.ts'

const secret = 'a-secret-that-must-not-be-shown'

/** It ends with an error, one line of which is about `name`, and without saying what must not be said. */
async function assertRefused(env: Readonly<Record<string, string>>, said: RegExp, lines = 1): Promise<void> {
  const { code, stderr, stdout } = await runGateway(env)
  assert.equal(code, 1, stderr)
  assert.match(stderr, said)
  assert.equal(stderr.trimEnd().split('\n').length, lines, stderr)
  assert.doesNotMatch(stderr + stdout, /a-secret-that-must-not-be-shown|p4ssword| {4}at /)
  assert.ok(!stdout.includes('"ready"'))
}

describe('a setting that cannot be used ends the start with one line that names it', { concurrency: 2 }, () => {
  it('alone', () => assertRefused({ PORT: '70000' }, /^PORT: "70000" .* whole number from 0 to 65535/))

  it('or missing, where REQUIRE_SIGNATURE asks for a secret', () =>
    assertRefused({ REQUIRE_SIGNATURE: 'true' }, /^REQUIRE_SIGNATURE: .*WEBHOOK_SECRET/))

  it('or many of every kind, each in a line of its own and none showing a secret', async () => {
    const wrong = {
      PORT: '3000.5',
      HOST: 'localhost:3000',
      REQUIRE_SIGNATURE: 'maybe',
      WEBHOOK_SECRET: '',
      SHOPIFY_WEBHOOK_SECRET_PREVIOUS: secret,
      STANDARD_WEBHOOKS_WEBHOOK_SECRET: `${secret}!`,
      FORWARD_URL: 'ftp://user:p4ssword@127.0.0.1/',
      FORWARD_SECRET: `whsec_${secret}`,
      BODY_LIMIT: '5 apples',
      TRUST_PROXY: '10.0.0.0/33',
      CORS_ORIGIN: 'https://a.example/path',
      LOG_LEVEL: 'loud',
      HEADERS_TIMEOUT_SECONDS: '20',
      DEDUP_RETENTION_DAYS: '3',
      DATABASE_URL: 'postgres://user:p4ssword@db,db2/posthorn',
    }
    const named = Object.keys(wrong).map((name) => `(?=[^]*^${name}: )`)
    const env = { ...wrong, ACME_WEBHOOK_SECRET: secret, ACME_WEBHOOK_PROVIDER: 'nobody' }
    const lines = Object.keys(wrong).length + 1
    await assertRefused(env, new RegExp(`${named.join('')}(?=[^]*^ACME_WEBHOOK_PROVIDER: "nobody")`, 'm'), lines)
  })
})

describe('a port', () => {
  it('that is in use is named, and nothing else is touched', async (t) => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    t.after(() => other.close())
    const address = other.address()
    assert.ok(address !== null && typeof address === 'object')
    await assertRefused({ PORT: String(address.port) }, new RegExp(`^PORT: ${address.port} is in use on 127.0.0.1`))
  })

  it('of an address that this machine has not is named by its host', async () => {
    await assertRefused({ HOST: '192.0.2.1' }, /^HOST: 192\.0\.2\.1/)
  })
})

describe('a data directory', { concurrency: 4 }, () => {
  let used = ''
  before(async () => {
    const hooks: (() => Promise<void> | void)[] = []
    const gateway = await startGateway({ after: (hook) => hooks.push(hook) })
    for (let n = 0; n < 20; n++) await send(gateway.port, { path: '/webhook/x', body: `${n}${'x'.repeat(5000)}` })
    await gateway.stop()
    for (const hook of hooks) await hook()
    used = join(gateway.dataDir, 'posthorn.db')
  })
  const withFile = (content: Uint8Array) => {
    const dir = tempDir()
    writeFileSync(join(dir, 'posthorn.db'), content)
    return dir
  }
  const named = (dir: string, what: string) => new RegExp(`^DATA_DIR: .*${dir}.*${what}`)

  it('with a file in its place is refused', async () => {
    const file = join(tempDir(), 'file')
    writeFileSync(file, '')
    await assertRefused({ DATA_DIR: file }, named(file, 'EEXIST|ENOTDIR'))
    await assertRefused({ DATA_DIR: join(file, 'below') }, named(file, 'ENOTDIR'))
  })

  it('that cannot be made is refused', async () => {
    await assertRefused({ DATA_DIR: '/sys/posthorn' }, named('/sys/posthorn', 'make it writable'))
  })

  it('that may not be written is refused', {
    skip: process.getuid?.() === 0 && 'root may write everywhere',
  }, async (t) => {
    const dir = tempDir()
    chmodSync(dir, 0o500)
    t.after(() => chmodSync(dir, 0o700))
    await assertRefused({ DATA_DIR: dir }, named(dir, 'EACCES'))
  })

  it('with something else under the name of the database is refused', async () => {
    for (const content of [
      Buffer.from('not a database, but long enough to be taken for one'.repeat(50)),
      Buffer.alloc(8192, 7),
    ]) {
      const dir = withFile(content)
      await assertRefused({ DATA_DIR: dir }, named(dir, 'damaged|not a'))
      assert.deepEqual(readFileSync(join(dir, 'posthorn.db')), content, 'it is left as it was')
    }
    const dir = tempDir()
    mkdirSync(join(dir, 'posthorn.db'))
    await assertRefused({ DATA_DIR: dir }, new RegExp(`^DATA_DIR: cannot open ${dir}`))
  })

  it('with a database that was cut is refused', async () => {
    const whole = readFileSync(used)
    const dir = withFile(whole.subarray(0, 4096 * Math.floor(whole.length / 4096 / 2)))
    await assertRefused({ DATA_DIR: dir }, named(dir, 'damaged'))
  })

  it("with another program's database is refused, and that is left as it was", async () => {
    for (const mark of [0, 0x12345678]) {
      const dir = tempDir()
      const db = new DatabaseSync(join(dir, 'posthorn.db'))
      db.exec(`CREATE TABLE theirs (a); PRAGMA application_id = ${mark}`)
      db.close()
      await assertRefused({ DATA_DIR: dir }, named(dir, 'another program'))
      const again = new DatabaseSync(join(dir, 'posthorn.db'))
      assert.deepEqual(
        again
          .prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")
          .all()
          .map((row) => row['name']),
        ['theirs'],
      )
      again.close()
    }
  })

  it('that a newer version wrote is refused', async () => {
    const dir = withFile(readFileSync(used))
    const db = new DatabaseSync(join(dir, 'posthorn.db'))
    db.exec('PRAGMA user_version = 999')
    db.close()
    await assertRefused({ DATA_DIR: dir }, named(dir, 'newer'))
  })

  it('that another process works with is refused, and that one goes on', async (t) => {
    const { port, dataDir } = await startGateway(t)
    await assertRefused({ DATA_DIR: dataDir }, named(dataDir, 'in use by another'))
    assert.equal((await send(port, { path: '/webhook/x' })).status, 200)
  })
})

describe('what is doubtful is logged at the start, and no more than that', () => {
  test('no secret at all', async (t) => {
    const { lines } = await startGateway(t)
    const warning = lines.find(({ level }) => level === 40)
    assert.equal(warning?.msg, 'No secret is set: every event is accepted, whoever sends it. Set WEBHOOK_SECRET.')
  })

  test('a secret, and REQUIRE_SIGNATURE with it, are worth no warning', async (t) => {
    const { lines } = await startGateway(t, { REQUIRE_SIGNATURE: 'true', GITHUB_WEBHOOK_SECRET: secret })
    assert.deepEqual(
      lines.filter(({ level }) => level >= 40),
      [],
    )
    assert.deepEqual(lines.find(({ msg }) => msg === 'ready')?.['sources'], ['github'])
  })
})
