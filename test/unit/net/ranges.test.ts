import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { type Network, networkOf } from '../../../src/net/ranges.ts'

const cases: Readonly<Record<Network, readonly string[]>> = {
  public: [
    '1.1.1.1',
    '93.184.216.34',
    '172.15.255.255',
    '172.32.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '192.167.255.255',
    '2606:4700::1111',
    '2a00:1450:4001:80b::200e',
    '64:ff9b::101:101',
    '2002:101:101::1',
    '::ffff:1.1.1.1',
  ],
  private: [
    '10.0.0.1',
    '172.16.0.0',
    '172.31.255.255',
    '192.168.1.1',
    'fd12:3456::1',
    'fc00::1',
    '::ffff:10.0.0.1',
    '0:0:0:0:0:ffff:c0a8:0101',
    '::a00:1',
    'fd00::1%eth0',
  ],
  loopback: [
    '127.0.0.1',
    '127.255.255.254',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
  ],
  shared: ['100.64.0.1', '100.127.255.255', '::ffff:100.64.0.1'],
  forbidden: [
    '0.0.0.0',
    '0.1.2.3',
    '169.254.169.254',
    '169.254.0.1',
    '100.100.100.200',
    '168.63.129.16',
    '192.0.0.192',
    '192.0.2.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '224.0.0.1',
    '239.255.255.255',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    'fe80::1',
    'fe80::1%eth0',
    'febf::1',
    'fec0::1',
    'ff02::1',
    'fd00:ec2::254',
    'fd20:ce::254',
    'fd00:42::42',
    '2001:db8::1',
    '2001::1',
    '3fff::1',
    '100::1',
    '5f00::1',
    '4000::1',
    '::ffff:169.254.169.254',
    '::ffff:a9fe:a9fe',
    '64:ff9b::a9fe:a9fe',
    '64:ff9b::10.0.0.1',
    '64:ff9b::127.0.0.1',
    '64:ff9b:1::1.1.1.1',
    '2002:a9fe:a9fe::1',
    '2002:7f00:1::',
    '2002:a00:1::',
    '::ffff:0:127.0.0.1',
    '::ffff:0:1.1.1.1',
    '2606:4700::5efe:10.0.0.1',
    '2606:4700::200:5efe:127.0.0.1',
  ],
}

const byte = fc.integer({ min: 0, max: 255 })
const hex = (high: number, low: number) => ((high << 8) | low).toString(16)

describe('an address', () => {
  for (const [network, addresses] of Object.entries(cases)) {
    for (const address of addresses) it(`${address} is ${network}`, () => assert.equal(networkOf(address), network))
  }

  it('is none unless it is written as one', () => {
    for (const text of ['', 'localhost', '1.2.3', '1.2.3.4.5', '256.1.1.1', '0177.0.0.1', '::g', '[::1]', '1.1.1.1 ']) {
      assert.equal(networkOf(text), null, text)
    }
  })

  it('is in the same network in all the ways in which IPv6 writes it', () => {
    fc.assert(
      fc.property(byte, byte, byte, byte, (a, b, c, d) => {
        const plain = networkOf([a, b, c, d].join('.'))
        const groups = `${hex(a, b)}:${hex(c, d)}`
        for (const mapped of [
          `::ffff:${a}.${b}.${c}.${d}`,
          `::ffff:${groups}`,
          `0:0:0:0:0:FFFF:${groups.toUpperCase()}`,
        ]) {
          assert.equal(networkOf(mapped), plain, mapped)
        }
        for (const tunnelled of [`64:ff9b::${groups}`, `2002:${groups}::1`]) {
          assert.equal(networkOf(tunnelled), plain === 'public' ? 'public' : 'forbidden', tunnelled)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('is never public outside the space that is handed out', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const [first = 0] = groups
        if (networkOf(groups.map((group) => group.toString(16)).join(':')) === 'public') {
          assert.ok((first >= 0x2000 && first <= 0x3fff) || first === 0x64 || first === 0)
        }
      }),
      { numRuns: 500 },
    )
  })
})
