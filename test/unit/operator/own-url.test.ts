import assert from 'node:assert/strict'
import { it } from 'node:test'
import { ownUrl } from '../../../src/operator/own-url.ts'

const none = {}
const listening = (address: string) => ({ address: () => ({ address, family: 'IPv4', port: 3000 }) })

it('a process reaches itself where it listens', () => {
  for (const everywhere of ['::', '0.0.0.0']) {
    assert.equal(ownUrl(none, listening(everywhere), ''), 'http://127.0.0.1:3000')
  }
  assert.equal(ownUrl(none, listening('10.0.0.5'), ''), 'http://10.0.0.5:3000')
  assert.equal(ownUrl(none, listening('::1'), '/hooks'), 'http://[::1]:3000/hooks')
  assert.equal(ownUrl(none, { address: () => null }, ''), null)
  assert.equal(ownUrl(none, { address: () => '/run/posthorn.sock' }, ''), null)
})

it('rather where it was reached', () => {
  const reached = (localAddress: string) => ownUrl({ localAddress, localPort: 8080 }, { address: () => null }, '/hooks')
  assert.equal(reached('::ffff:10.0.0.7'), 'http://10.0.0.7:8080/hooks')
  assert.equal(reached('::1'), 'http://[::1]:8080/hooks')
})
