import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { describe, it } from 'node:test'

const folder = new URL('../../../src/verification/', import.meta.url)
const files = readdirSync(folder).map((name) => ({ name, text: readFileSync(new URL(name, folder), 'utf8') }))

/** Names that hold, or are computed from, a secret; and what a request presents to be compared with them. */
const sensitive = /(?:secret|signature|token|digest|expected|known|right|mac|hash|proof|password|key|joinChunks)s?\b/i
/** With these nothing is compared but kind, presence or length. */
const harmless =
  /^(?:null|undefined|true|false|-?\d+|'[^']*'|.*\.(?:length|form|kind|prefix|hash|type|asymmetricKeyType))$/

const operand = String.raw`'[^']*'|[\w.?]+(?:\([^()]*\)[\w.?]*)*`
const comparison = new RegExp(`(${operand})\\s*[!=]==?\\s*(${operand})`, 'g')

/** Whether a line compares something sensitive in a way that stops at the first difference. */
function comparesEarly(line: string): boolean {
  if (/^\s*(?:\*|\/[/*])/.test(line)) return false
  if (/\.(?:equals|compare|localeCompare)\(/.test(line)) return true
  return [...line.matchAll(comparison)].some(
    ([, left = '', right = '']) =>
      !harmless.test(left) && !harmless.test(right) && (sensitive.test(left) || sensitive.test(right)),
  )
}

/** Each with the reason why its time tells nothing. */
const explained: Readonly<Record<string, string>> = {
  'scheme.ts: const added = previous.filter((key) => !current.some((known) => known.equals(key)))':
    'at start, between two configured keys',
  'secrets.ts: if (unwrap(secret) !== secret && !isKeyOfPair(unwrap(secret))) {':
    'at start, between a configured secret and itself',
}

describe('src/verification', () => {
  it('compares secrets, signatures and hashes in constant time only', () => {
    const found = files.flatMap(({ name, text }) =>
      text
        .split('\n')
        .filter(comparesEarly)
        .map((line) => `${name}: ${line.trim()}`),
    )
    assert.deepEqual(found, Object.keys(explained))
  })

  it('is looked at by a test that would notice', () => {
    for (const line of [
      'if (signature === expected) return true',
      'return expected.toString() === presented',
      'return hmac.digest().equals(signature)',
      'if (value != knownToken) return mismatch',
      'return Buffer.compare(a, b) === 0',
      'return value === joinChunks(content) ? null : differs',
    ]) {
      assert.ok(comparesEarly(line), line)
    }
    for (const line of ['if (signature === null) continue', "secret === ''", '// a === secret', 'key.form === other']) {
      assert.ok(!comparesEarly(line), line)
    }
  })
})
