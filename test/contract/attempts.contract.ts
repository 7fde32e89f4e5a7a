import assert from 'node:assert/strict'
import { newEvent } from '../support/events.ts'
import { type Check, claimAll, day, settleAll, settlementOf } from './support.ts'

/** What is recorded of attempts, and how leases are given back. */
export function attemptContract(check: Check): void {
  check('records every attempt with what was answered', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const record = {
      startedAt: now + 1,
      durationMs: 25,
      responseHeaders: ['X-A', 'b'],
      responseBody: Buffer.from('why'),
    }
    await settleAll(store, 'd', now, 'retry', { dueAt: now + 10, record })
    await settleAll(store, 'd', now + 10, 'done', { record: { ...record, responseHeaders: [], responseBody: null } })
    const attempts = await store.attempts(id)
    assert.deepEqual(
      attempts.map(({ responseBody, ...rest }) => ({
        ...rest,
        body: responseBody && Buffer.from(responseBody).toString(),
      })),
      [
        {
          destination: 'd',
          attempt: 1,
          startedAt: now + 1,
          durationMs: 25,
          outcome: 'retry',
          status: 500,
          error: 'no',
          responseHeaders: ['X-A', 'b'],
          body: 'why',
        },
        {
          destination: 'd',
          attempt: 2,
          startedAt: now + 1,
          durationMs: 25,
          outcome: 'done',
          status: 200,
          error: null,
          responseHeaders: [],
          body: null,
        },
      ],
    )
    assert.deepEqual(await store.attempts('evt_00000000000'), [])
    assert.deepEqual(await store.attempts('nonsense'), [])
  })

  check(
    'keeps what a delivered attempt was answered, where it is given, and without it when it began',
    async (store) => {
      const { id } = await store.accept(newEvent({ destinations: ['a', 'b'] }))
      const now = Date.now() + 1000
      const record = { startedAt: now, durationMs: 3, responseHeaders: [], responseBody: Buffer.from('thanks') }
      await settleAll(store, 'a', now, 'done', { record })
      await settleAll(store, 'b', now + 7, 'done')
      const [a, b] = await store.attempts(id)
      assert.equal(Buffer.from(a?.responseBody ?? []).toString(), 'thanks')
      assert.deepEqual([b?.startedAt, b?.durationMs, b?.responseBody], [now + 7, null, null])
    },
  )

  check('keeps 64 KiB of an answer', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const responseBody = Buffer.alloc(100_000, 'x')
    const record = { startedAt: now, durationMs: 3, responseHeaders: [], responseBody }
    await settleAll(store, 'd', now, 'dead', { record })
    assert.equal((await store.attempts(id))[0]?.responseBody?.byteLength, 65_536)
  })

  check(
    'keeps the whole answer of the last attempt with each status, and the beginning of those before',
    async (store) => {
      const { id } = await store.accept(newEvent({ destinations: ['d', 'e'] }))
      const now = Date.now() + 1000
      const answers = [
        [500, 'a'],
        [502, 'b'],
        [500, 'c'],
        [null, null],
        [500, 'd'],
      ] as const
      for (const name of ['d', 'e']) {
        for (const [status, letter] of answers) {
          const responseBody = letter === null ? null : Buffer.alloc(2000, letter)
          const record = { startedAt: now, durationMs: 3, responseHeaders: [], responseBody }
          await settleAll(store, name, now, 'retry', { dueAt: now, status, record })
          if (name === 'e') break
        }
      }
      const kept = (await store.attempts(id)).map(({ destination, status, responseBody }) => [
        destination,
        status,
        responseBody?.byteLength ?? null,
        Buffer.from(responseBody ?? []).toString('utf8', 0, 1),
      ])
      assert.deepEqual(kept, [
        ['d', 500, 1024, 'a'],
        ['d', 502, 2000, 'b'],
        ['d', 500, 1024, 'c'],
        ['d', null, null, ''],
        ['d', 500, 2000, 'd'],
        ['e', 500, 2000, 'a'],
      ])
    },
  )

  check('keeps the attempts of earlier series', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    for (let i = 0; i < 3; i++) {
      await settleAll(store, 'd', now + i, 'done')
      await store.replay(id, now + i + 1)
    }
    const attempts = await store.attempts(id)
    assert.deepEqual(
      attempts.map(({ attempt, outcome, startedAt }) => [attempt, outcome, startedAt - now]),
      [
        [1, 'done', 0],
        [2, 'done', 1],
        [3, 'done', 2],
      ],
    )
  })

  check('prunes attempts with the payload', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'], receivedAt: Date.now() - 20 * day }))
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'retry', { dueAt: now })
    await settleAll(store, 'd', now, 'done')
    assert.equal((await store.attempts(id)).length, 2)
    await store.prune({ now: Date.now(), eventRetentionMs: 14 * day, dedupRetentionMs: 35 * day })
    assert.deepEqual(await store.attempts(id), [])
    assert.equal((await store.get(id))?.deliveries[0]?.state, 'done')
  })

  check('records nothing of a settlement that it refuses', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const [stale] = await claimAll(store, 'd', now)
    await claimAll(store, 'd', now + 30_000)
    assert.ok(stale)
    assert.deepEqual(await store.settle([settlementOf(stale, 'dead')], now), [false])
    assert.deepEqual(
      (await store.attempts(id)).map(({ attempt, outcome, durationMs }) => [attempt, outcome, durationMs]),
      [[1, 'crashed', null]],
    )
  })

  check('counts the attempts in a row of which nobody said how they ended', async (store) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    const crashes: (number | undefined)[] = []
    for (let i = 0; i < 3; i++) crashes.push((await claimAll(store, 'd', now + i * 30_000))[0]?.crashes)
    assert.deepEqual(crashes, [0, 1, 2])
    const later = now + 90_000
    const [lease] = await claimAll(store, 'd', later)
    assert.deepEqual([lease?.crashes, lease?.attemptInSeries], [3, 4])
    assert.ok(lease)
    await store.settle([settlementOf(lease, 'retry', { dueAt: later })], later)
    assert.equal((await claimAll(store, 'd', later))[0]?.crashes, 0)
    assert.deepEqual(
      (await store.attempts(id)).map(({ outcome }) => outcome),
      ['crashed', 'crashed', 'crashed', 'retry'],
    )
  })

  check('counts the crash that a restart finds, and forgets it with a replay', async (store, t, harness) => {
    const { id } = await store.accept(newEvent({ destinations: ['d'] }))
    await claimAll(store, 'd', Date.now() + 1000)
    await store.close()
    const reopened = await harness.open({ dedupRetentionMs: day })
    t.after(() => reopened.close())
    const now = Date.now() + 1000
    const [lease] = await settleAll(reopened, 'd', now, 'dead')
    assert.equal(lease?.crashes, 1)
    await reopened.replay(id, now)
    assert.equal((await claimAll(reopened, 'd', now))[0]?.crashes, 0)
  })

  for (const outcome of ['released', 'deferred'] as const) {
    check(`does not count an attempt that was ${outcome}, and never gives its number again`, async (store) => {
      const { id } = await store.accept(newEvent({ destinations: ['d'] }))
      const now = Date.now() + 1000
      await claimAll(store, 'd', now)
      const [first] = await claimAll(store, 'd', now + 30_000)
      assert.ok(first)
      const back = { ...settlementOf(first, outcome, { dueAt: now + 40_000 }), status: null, error: null }
      assert.deepEqual(await store.settle([back], now), [true])
      assert.deepEqual(await store.settle([back], now), [false])
      assert.equal((await claimAll(store, 'd', now + 39_999)).length, 0)
      const [second] = await claimAll(store, 'd', now + 40_000)
      assert.deepEqual([second?.attempt, second?.attemptInSeries, second?.crashes], [3, 2, 1])
      assert.deepEqual(
        (await store.attempts(id)).map(({ attempt, outcome }) => [attempt, outcome]),
        [[1, 'crashed']],
        'only what was attempted is recorded',
      )
    })
  }

  check('gives a released delivery out again at once', async (store) => {
    await store.accept(newEvent({ destinations: ['d'] }))
    const now = Date.now() + 1000
    await settleAll(store, 'd', now, 'released', { status: null, error: null })
    assert.equal((await claimAll(store, 'd', now))[0]?.attemptInSeries, 1)
  })
}
