import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { labelOf, parseDatabaseUrl } from '../../../../src/store/postgres/address.ts'

function read(url: string) {
  const address = parseDatabaseUrl(url)
  assert.ok(!('problem' in address), 'problem' in address ? address.problem : '')
  return address
}

describe('DATABASE_URL', () => {
  it('is read as libpq reads it', () => {
    const { host, port, database, user, password, tls } = read('postgresql://me:p%40ss%2F%25@db.example.com/hooks')
    assert.deepEqual(
      [host, port, database, user, password, tls],
      ['db.example.com', 5432, 'hooks', 'me', 'p@ss/%', 'prefer'],
    )
    assert.equal(read('postgres://me@db').database, 'me')
    const named = read('postgres:///?host=db&port=6432&user=u&password=p&dbname=d')
    assert.deepEqual([named.host, named.port, named.user, named.password, named.database], ['db', 6432, 'u', 'p', 'd'])
  })

  it('takes IPv6 and Unix sockets', () => {
    const six = read('postgres://me@[2001:db8::1]:6432/hooks')
    assert.deepEqual([six.host, six.port, labelOf(six)], ['2001:db8::1', 6432, '[2001:db8::1]:6432/hooks'])
    for (const url of [
      'postgres://me@/hooks?host=/var/run/postgresql',
      'postgres://me@%2Fvar%2Frun%2Fpostgresql/hooks',
    ]) {
      const { host, database, user, tls } = read(url)
      assert.deepEqual([host, database, user, tls], ['/var/run/postgresql', 'hooks', 'me', 'disable'])
    }
  })

  it('knows the modes of TLS', () => {
    const modes = (query: string) => read(`postgres://me@db/hooks?${query}`).tls
    assert.deepEqual(
      ['sslmode=disable', 'sslmode=allow', 'sslmode=prefer', 'sslmode=require', 'sslmode=no-verify'].map(modes),
      ['disable', 'prefer', 'prefer', 'require', 'require'],
    )
    assert.deepEqual(['sslmode=verify-ca', 'sslmode=verify-full'].map(modes), ['verify-ca', 'verify-full'])
    assert.equal(modes('sslmode=require&sslrootcert=/ca.pem'), 'verify-ca')
    assert.equal(modes('sslmode=require&sslrootcert=system'), 'verify-full')
    assert.equal(modes('sslmode=require&channel_binding=require'), 'require', 'as Neon gives it')
    assert.equal(read('postgres://me@localhost/hooks').tls, 'disable')
  })

  it('says what is wrong, and nothing of what was given that may be secret', () => {
    const wrong: Readonly<Record<string, RegExp>> = {
      'mysql://me:p4ss@db/hooks': /must begin with postgres:/,
      'postgres://me:p4ss@db1,db2/hooks': /several hosts/,
      'postgres://me:p4ss@db1:5432,db2:5432/hooks': /several hosts/,
      'postgres://me:p4ss#x@db/hooks': /percent-encoded/,
      'postgres://me:p4ss%zz@db/hooks': /%25/,
      'postgres://me:p4ss@/hooks': /no host/,
      'postgres://db': /no database/,
      'postgres://me:p4ss@db/hooks?port=p4ss': /port/,
      'postgres://me:p4ss@db:99999/hooks': /percent-encoded|port/,
      'postgres://me:p4ss@db/hooks?sslmode=on': /sslmode is none of disable/,
      'postgres://me:p4ss@db/hooks?sslmod=require': /no parameter "sslmod"/,
      'postgres://me:p4ss@db/hooks?sslcert=a': /sslkey/,
      'postgres://me:p4ss@db/hooks?target_session_attrs=standby': /standby/,
    }
    for (const [url, expected] of Object.entries(wrong)) {
      const address = parseDatabaseUrl(url)
      assert.ok('problem' in address, url)
      assert.match(address.problem, expected, url)
      assert.doesNotMatch(address.problem, /p4ss/)
    }
  })
})
