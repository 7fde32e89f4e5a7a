import assert from 'node:assert/strict'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { makeAuthority } from '../../../support/certificates.ts'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres, giveToServer, noPostgres } from '../../../support/postgres.ts'
import { tempDir } from '../../../support/temp-dir.ts'
import { openStore } from './support.ts'

const dir = tempDir()
chmodSync(dir, 0o755)
const files = {
  ca: join(dir, 'ca.pem'),
  other: join(dir, 'other.pem'),
  cert: join(dir, 'cert.pem'),
  key: join(dir, 'key.pem'),
}
const authority = makeAuthority()
const { key, cert } = authority.serverFor(['localhost'])
writeFileSync(files.ca, authority.certificate)
writeFileSync(files.other, makeAuthority().certificate)
writeFileSync(files.cert, cert)
writeFileSync(files.key, key)
if (noPostgres === false) for (const path of [files.cert, files.key]) giveToServer(path)

await describePostgres(
  'TLS',
  (server) => {
    const encrypted =
      "SELECT bool_and(ssl) AS ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'posthorn'"
    const urlOf = async (host: string, parameters: string) =>
      `${(await server.createDatabase()).replace('127.0.0.1', host)}?${parameters}`

    for (const [host, parameters, ssl] of [
      ['127.0.0.1', 'sslmode=disable', false],
      ['127.0.0.1', 'sslmode=prefer', true],
      ['127.0.0.1', 'sslmode=require', true],
      ['127.0.0.1', `sslmode=require&sslrootcert=${files.ca}`, true],
      ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${files.ca}`, true],
      ['localhost', `sslmode=verify-full&sslrootcert=${files.ca}`, true],
    ] as const) {
      it(`${host} with ${parameters.replaceAll(dir, '')} is ${ssl ? '' : 'not '}encrypted`, async (t) => {
        const url = await urlOf(host, parameters)
        const store = await openStore(t, url)
        await store.accept(newEvent())
        const [row] = await ask(url.replace(/\?.*/, ''), encrypted)
        assert.equal(row?.['ssl'], ssl)
        await store.close()
      })
    }

    for (const [host, parameters] of [
      ['127.0.0.1', `sslmode=verify-full&sslrootcert=${files.ca}`],
      ['localhost', `sslmode=verify-full&sslrootcert=${files.other}`],
      ['127.0.0.1', `sslmode=verify-ca&sslrootcert=${files.other}`],
      ['127.0.0.1', `sslmode=require&sslrootcert=${files.other}`],
      ['localhost', 'sslmode=verify-full'],
      ['localhost', 'sslrootcert=system'],
      ['localhost', `sslmode=verify-full&sslrootcert=${join(dir, 'missing.pem')}`],
    ] as const) {
      it(`${host} with ${parameters.replaceAll(dir, '')} is refused at once`, async (t) => {
        await assert.rejects(openStore(t, await urlOf(host, parameters)), (error) => {
          assert.ok(error instanceof Error && error.name === 'StoreOpenError')
          assert.match(error.message, /^DATABASE_URL: .*(?:sslrootcert)/)
          return true
        })
      })
    }
  },
  { ssl: 'on', ssl_cert_file: files.cert, ssl_key_file: files.key },
)

await describePostgres('a server without TLS', (server) => {
  it('is spoken to without where that is allowed, and refused where it is not', async (t) => {
    const url = await server.createDatabase()
    await (await openStore(t, `${url}?sslmode=prefer`)).accept(newEvent())
    await assert.rejects(openStore(t, `${url}?sslmode=require`), /does not support SSL.*sslmode=disable/)
  })

  it('is reached by its Unix socket', async (t) => {
    const { pathname } = new URL(await server.createDatabase())
    const store = await openStore(t, `postgres://posthorn@${pathname}?host=${server.socketDir}&port=${server.port}`)
    assert.equal((await store.accept(newEvent())).status, 'accepted')
  })
})
