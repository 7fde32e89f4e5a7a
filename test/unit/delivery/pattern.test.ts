import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { compilePattern } from '../../../src/delivery/pattern.ts'
import { compileRoute } from '../../../src/delivery/route.ts'

describe('a pattern', () => {
  const cases: readonly (readonly [string, readonly string[], readonly string[]])[] = [
    ['invoice.paid', ['invoice.paid'], ['invoice.paid.x', 'Invoice.paid', 'invoiceXpaid', '']],
    ['invoice.*', ['invoice.paid', 'invoice.', 'invoice.a.b'], ['invoice', 'xinvoice.paid']],
    ['*', ['', 'a', 'orders/create'], []],
    ['*.created', ['user.created', '.created', 'a.b.created'], ['created', 'user.created.x']],
    ['a*a', ['aa', 'aba', 'a.*.a'], ['a', 'ab']],
    ['a*b*b', ['abb', 'abXb'], ['ab', 'aXb']],
    ['a*b*c', ['abc', 'aXbYc', 'abbc'], ['acb', 'ac', 'aXc']],
    ['**', ['', 'x'], []],
    ['ab*ba', ['abba', 'abXba'], ['aba']],
  ]
  for (const [pattern, fits, others] of cases) {
    it(pattern, () => {
      const matches = compilePattern(pattern)
      for (const text of fits) assert.equal(matches(text), true, text)
      for (const text of others) assert.equal(matches(text), false, text)
    })
  }

  it('means what the regular expression with .* for * means', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'a', 'b', '*', '*', '.', '\n'), maxLength: 8 })
    fc.assert(
      fc.property(text, text, (pattern, candidate) => {
        const parts = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
        const expected = new RegExp(`^${parts.join('.*')}$`, 's').test(candidate)
        assert.equal(compilePattern(pattern)(candidate), expected)
      }),
      { numRuns: 5000 },
    )
  })

  it('with many stars takes no longer than the text is long', () => {
    const matches = compilePattern(`${'a*'.repeat(60)}b`)
    assert.equal(matches('a'.repeat(256)), false)
  })
})

describe('a route', () => {
  it('takes events whose source and type both fit', () => {
    const takes = compileRoute({ from: ['github', 'acme-*'], types: ['push', 'order.*'] })
    assert.equal(takes({ source: 'github', type: 'push' }), true)
    assert.equal(takes({ source: 'acme-eu', type: 'order.paid' }), true)
    assert.equal(takes({ source: 'github', type: 'issues' }), false)
    assert.equal(takes({ source: 'stripe', type: 'push' }), false)
    assert.equal(compileRoute({ from: null, types: null })({ source: 'x', type: 'y' }), true)
  })
})
