import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { storedTrace, withoutTrace, withTrace } from '../../../src/tracing/stored-trace.ts'
import {
  contextOf,
  formatTraceparent,
  nextSpan,
  parseTraceparent,
  type TraceContext,
  traceOf,
} from '../../../src/tracing/trace-context.ts'

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
const spanId = '00f067aa0ba902b7'
const given = `00-${traceId}-${spanId}-01`
const own: TraceContext = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16), flags: 1, state: null }

describe('traceparent', () => {
  for (const [name, text] of [
    ['has four fields', given],
    ['is of a later version', `cc-${traceId}-${spanId}-01`],
    ['is of a later version with more fields', `cc-${traceId}-${spanId}-01-what-else`],
    ['has white space around it', ` ${given}\t`],
  ] as const) {
    it(`that ${name} is read`, () => assert.deepEqual(parseTraceparent(text), { traceId, spanId, flags: 1 }))
  }

  for (const [name, text] of [
    ['is empty', ''],
    ['has capital letters', given.toUpperCase()],
    ['has a trace of zeros', `00-${'0'.repeat(32)}-${spanId}-01`],
    ['has a parent of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['is of the forbidden version', `ff-${traceId}-${spanId}-01`],
    ['has more than its version knows', `${given}-00`],
    ['has letters that are no digits', `00-${traceId.replace('4', 'g')}-${spanId}-01`],
    ['is cut', given.slice(0, -1)],
  ] as const) {
    it(`that ${name} counts as not sent`, () => assert.equal(parseTraceparent(text), null))
  }

  it('is written as it was read, whatever its flags', () => {
    for (const flags of ['00', '01', '03', 'ff']) {
      const text = `00-${traceId}-${spanId}-${flags}`
      assert.equal(formatTraceparent(parseTraceparent(text) ?? own), text)
    }
  })
})

describe('the trace of an event', () => {
  it('is the sender’s where it sent one, with its state', () => {
    const headers = ['TraceParent', given, 'tracestate', 'a=1', 'X-Other', 'x', 'Tracestate', 'b=2']
    const expected = { traceId, spanId, flags: 1, state: 'a=1,b=2' }
    assert.deepEqual(contextOf(headers), expected)
    assert.deepEqual(traceOf({ id: 'evt_1', headers }), expected)
  })

  for (const [name, headers] of [
    ['sent none', ['X-Other', 'x']],
    ['sent one that is not valid', ['traceparent', 'nonsense', 'tracestate', 'a=1']],
    ['sent two', ['traceparent', given, 'traceparent', given]],
  ] as const) {
    it(`is its own where the sender ${name}, and the same each time`, () => {
      assert.equal(contextOf(headers), null)
      const trace = traceOf({ id: 'evt_1', headers })
      assert.notEqual(trace.traceId, traceId)
      assert.deepEqual({ ...parseTraceparent(formatTraceparent(trace)), state: null }, trace)
      assert.equal(trace.flags, 1)
      assert.equal(trace.state, null)
      assert.deepEqual(traceOf({ id: 'evt_1', headers }), trace)
      assert.notEqual(traceOf({ id: 'evt_2', headers }).traceId, trace.traceId)
      assert.notEqual(traceOf({ id: 'evt_1', headers: [...headers, 'X-More', ''] }).traceId, trace.traceId)
    })
  }

  it('leaves out a state that could not be written, or is none', () => {
    for (const state of ['a=\u00e9', 'a=\r\nX: 1', ' ', `a=${'1'.repeat(5000)}`]) {
      assert.equal(contextOf(['traceparent', given, 'tracestate', state])?.state, null)
    }
  })

  it('goes on with a span of its own for every attempt', () => {
    const spans = new Set(Array.from({ length: 2_000 }, () => nextSpan(own).spanId))
    assert.equal(spans.size, 2_000)
    for (const id of spans) assert.match(id, /^[0-9a-f]{16}$/)
    assert.deepEqual({ ...nextSpan(own), spanId: '' }, { ...own, spanId: '' })
  })
})

describe('a stored trace', () => {
  it('comes back, and leaves the sender’s headers as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.string())), (pairs) => {
        const headers = pairs.flat()
        const stored = withTrace(headers, own)
        assert.deepEqual(storedTrace(stored), own)
        assert.deepEqual(withoutTrace(stored), headers)
      }),
    )
  })

  it('keeps the sender’s state only in the sender’s trace', () => {
    const headers = ['traceparent', given, 'tracestate', 'a=1']
    assert.equal(storedTrace(withTrace(headers, own))?.state, null)
    assert.equal(storedTrace(withTrace(headers, { ...own, traceId }))?.state, 'a=1')
  })

  it('is nothing that a header can be', () => {
    const headers = ['posthorn-traceparent', given, 'traceparent', given]
    assert.equal(storedTrace(headers), null)
    assert.equal(withoutTrace(headers), headers)
    const [name = ''] = withTrace([], own)
    assert.throws(() => new Headers([[name, 'x']]), TypeError)
  })
})
