import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'node:test'
import { createServerClock } from '../../../src/store/server-clock.ts'

const hour = 3_600_000
const start = Date.UTC(2026, 10, 22)

describe('the clock of the server that replicas share', () => {
  let time = { server: start, local: start }
  let monotonic = 0
  let answer: () => Promise<number>
  let warnings: string[] = []
  const pass = (ms: number) => {
    monotonic += ms
    time = { server: time.server + ms, local: time.local + ms }
  }

  beforeEach((t) => {
    assert.ok('mock' in t)
    t.mock.method(performance, 'now', () => monotonic)
    time = { server: start, local: start }
    answer = async () => time.server
    warnings = []
  })

  const open = () =>
    createServerClock({
      ask: () => answer(),
      local: () => time.local,
      server: 'the database',
      onWarning: (warning) => warnings.push(warning),
    })

  it('is taken for this machine’s where they are a second apart at most', async () => {
    for (const apart of [0, 1, -1, 1000, -1000]) {
      time.local = start + apart
      const clock = open()
      await clock.compare()
      assert.deepEqual([clock.ahead(), clock.now()], [0, start + apart])
    }
    assert.deepEqual(warnings, [])
  })

  it('is told from a machine’s that is ahead or behind, and the operator told of that', async () => {
    for (const apart of [1001, -1001, 5 * hour, -400 * 24 * hour]) {
      time.local = start + apart
      const clock = open()
      assert.equal(clock.ahead(), 0, 'not known yet')
      await clock.compare()
      assert.deepEqual([clock.ahead(), clock.now()], [-apart, start])
    }
    assert.match(warnings[2] ?? '', /clock is 18000 s ahead of that of the database: .*NTP/)
    assert.match(warnings[3] ?? '', /clock is 34560000 s behind that of the database: /)
  })

  it('is known at once when this machine’s clock is set anew', async () => {
    const clock = open()
    await clock.compare()
    pass(hour)
    time.local -= 3 * hour
    assert.deepEqual([clock.ahead(), clock.now()], [3 * hour, start + hour])
    time.local += 3 * hour
    assert.equal(clock.ahead(), 0)
  })

  it('is followed when it is set itself, and kept where it does not answer', async () => {
    const clock = open()
    await clock.compare()
    time.server += 2 * hour
    assert.equal(clock.ahead(), 0)
    await clock.compare()
    assert.equal(clock.ahead(), 2 * hour)
    answer = () => Promise.reject(new Error('away'))
    await clock.compare()
    assert.equal(clock.ahead(), 2 * hour)
  })

  it('is not believed to differ where that may be because its answer was slow', async () => {
    const clock = open()
    answer = async () => {
      const { server } = time
      pass(5000)
      return server
    }
    await clock.compare()
    assert.equal(clock.ahead(), 0)
    time.local += hour
    assert.ok(Math.abs(clock.ahead() + hour) <= 2500)
  })

  it('is known no less exactly after a slow answer', async () => {
    time.local += hour
    const clock = open()
    await clock.compare()
    answer = async () => {
      pass(4000)
      const { server } = time
      pass(1000)
      return server
    }
    await clock.compare()
    assert.equal(clock.ahead(), -hour)
    time.server += hour
    await clock.compare()
    assert.equal(clock.ahead(), 0)
  })

  it('is warned of once as long as it differs', async () => {
    const clock = open()
    for (const apart of [hour, hour, 0, hour]) {
      time.local = time.server + apart
      await clock.compare()
    }
    assert.equal(warnings.length, 2)
  })
})
