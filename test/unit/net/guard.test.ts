import assert from 'node:assert/strict'
import type { LookupAddress } from 'node:dns'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { BlockedAddressError, createGuard, operatorNetworks, publicOnly, type Resolve } from '../../../src/net/guard.ts'

const blocked = (run: () => unknown) => assert.throws(run, BlockedAddressError)
const answering =
  (...addresses: readonly string[]): Resolve =>
  (_hostname, _options, done) =>
    done(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )

function look(resolve: Resolve, host: string, options: { all?: boolean; family?: number } = { all: true }) {
  return new Promise<string | LookupAddress[]>((done, fail) =>
    createGuard(publicOnly, resolve).lookup(host, options, (error, found) => (error ? fail(error) : done(found))),
  )
}

describe('the guard', () => {
  const strict = createGuard(publicOnly)
  const lenient = createGuard(operatorNetworks)

  it('refuses an address in whatever way a URL may write it', () => {
    const loopback = [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '127.0.0.1.',
      '[::1]',
      '::1',
      '[::ffff:127.0.0.1]',
      '①②⑦.0.0.1',
      '0x7f.0.0.0x1',
    ]
    for (const host of loopback) {
      blocked(() => strict.checkHost(host))
      assert.match(lenient.checkHost(host), /^(127\.0\.0\.1|::1|::ffff:7f00:1)$/, host)
    }
  })

  it('never lets metadata services, link-local and other special addresses through', () => {
    const never = [
      '169.254.169.254',
      '2852039166',
      '0xa9fea9fe',
      '0251.0376.0251.0376',
      '[::ffff:a9fe:a9fe]',
      '[64:ff9b::a9fe:a9fe]',
      '[2002:a9fe:a9fe::]',
      '[fe80::1]',
      'fe80::1%eth0',
      '[fe80::1%25eth0]',
      '[fd00:ec2::254]',
      '100.100.100.200',
      '0.0.0.0',
      '0',
      '[::]',
      '255.255.255.255',
      '224.0.0.1',
      '192.0.2.1',
      'metadata.google.internal',
      'METADATA.google.internal.',
      'metadata',
      'instance-data',
      'metadata.goog',
    ]
    for (const host of never) {
      blocked(() => strict.checkHost(host))
      blocked(() => lenient.checkHost(host))
    }
  })

  it('takes other names, in one spelling', () => {
    assert.equal(strict.checkHost('API.Example.com.'), 'api.example.com')
    assert.equal(strict.checkHost('1.1.1.1'), '1.1.1.1')
    assert.equal(strict.checkHost('[2606:4700::1111]'), '2606:4700::1111')
  })

  it('takes nothing that is more than a host', () => {
    for (const host of ['', '.', 'a@b', 'a:80', 'a/b', 'a?b', 'a#b', 'a b', '[::1', '1.2.3.4.5', '999.1.1.1']) {
      blocked(() => strict.checkHost(host))
    }
  })

  it('hands over what it checked, all of it or the first', async () => {
    const resolve = answering('1.1.1.1', '2606:4700::1111')
    assert.deepEqual(await look(resolve, 'a.example'), [
      { address: '1.1.1.1', family: 4 },
      { address: '2606:4700::1111', family: 6 },
    ])
    assert.equal(await look(resolve, 'a.example', {}), '1.1.1.1')
  })

  it('refuses a name of which one address is not allowed', async () => {
    await assert.rejects(look(answering('1.1.1.1', '10.0.0.1'), 'a.example'), /a\.example \(10\.0\.0\.1\) is a private/)
    await assert.rejects(look(answering('not an address'), 'a.example'), BlockedAddressError)
    await assert.rejects(look(answering(), 'a.example'), /a\.example has no address/)
    await assert.rejects(look(answering('1.1.1.1'), 'metadata'), BlockedAddressError)
  })

  it('asks for the family that was asked for, and hands on what the resolver says', async () => {
    let asked: unknown
    const resolve: Resolve = (hostname, options, done) => {
      asked = [hostname, options]
      done(new Error('no such host'), [])
    }
    await assert.rejects(look(resolve, 'A.example.', { family: 6 }), /no such host/)
    assert.deepEqual(asked, ['a.example', { all: true, family: 6 }])
  })

  it('never throws anything but its refusal, and what it returns passes again', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.domain(), fc.webAuthority()), (host) => {
        try {
          const name = strict.checkHost(host)
          assert.equal(strict.checkHost(name), name)
        } catch (error) {
          assert.ok(error instanceof BlockedAddressError)
        }
      }),
      { numRuns: 1000 },
    )
  })
})
