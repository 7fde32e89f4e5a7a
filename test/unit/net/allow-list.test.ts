import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createAllowList } from '../../../src/net/allow-list.ts'

describe('an allow-list', () => {
  const admits = createAllowList(['192.0.2.7', '10.1.0.0/16', '2001:db8::/32', '::1', '::ffff:198.51.100.0/120'])

  it('holds its addresses and all of its ranges', () => {
    for (const address of ['192.0.2.7', '10.1.0.0', '10.1.255.255', '2001:db8::', '2001:db8:ffff::1', '::1']) {
      assert.ok(admits(address), address)
    }
    for (const address of ['192.0.2.8', '10.0.255.255', '10.2.0.0', '2001:db9::', '::2', '0.0.0.0', '127.0.0.1']) {
      assert.ok(!admits(address), address)
    }
  })

  it('takes an IPv4 address for itself, however IPv6 writes it', () => {
    for (const address of ['::ffff:192.0.2.7', '::FFFF:c000:207', '0:0:0:0:0:ffff:10.1.2.3', '198.51.100.9']) {
      assert.ok(admits(address), address)
    }
    // Not the same host: an address that only ends alike.
    for (const address of [
      '::192.0.2.7',
      '64:ff9b::192.0.2.7',
      '2002:c000:207::',
      '::ffff:192.0.2.8',
      '198.51.101.9',
    ]) {
      assert.ok(!admits(address), address)
    }
  })

  it('looks past the zone of a link-local address', () => {
    assert.ok(createAllowList(['fe80::/10'])('fe80::1%eth0'))
  })

  it('holds nothing that is no address', () => {
    for (const text of ['', 'unknown', '192.0.2.7:443', '[::1]', '192.0.2.7, 10.1.0.1', '192.0.2.07', '%', '_hidden']) {
      assert.ok(!admits(text), text)
    }
  })
})
