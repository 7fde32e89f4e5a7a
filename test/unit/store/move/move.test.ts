import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { it } from 'node:test'
import { compare } from '../../../../src/store/move/move.ts'
import { openSqliteStore } from '../../../../src/store/sqlite/store.ts'
import type { Store } from '../../../../src/store/types.ts'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { tempDir } from '../../../support/temp-dir.ts'
import { openStore } from '../postgres/support.ts'
import { fill, fillWith, lease, moveOnce, retention, withBoth, withSqlite } from './support.ts'

/** Everything that can be asked of a store, as it answers. */
async function answersOf(store: Store): Promise<unknown> {
  const { events } = await store.list({ limit: 100 })
  const ids = events.map(({ id }) => id)
  const { rejections } = await store.rejections({ limit: 10 })
  return {
    events: await Promise.all(ids.map((id) => store.get(id))),
    attempts: await Promise.all(ids.map((id) => store.attempts(id))),
    summaries: events,
    deliveries: await store.deliveries({ limit: 100 }),
    dead: await store.deliveries({ limit: 100, state: 'dead' }),
    retrying: await store.deliveries({ limit: 100, state: 'retrying' }),
    destinations: await store.destinations(),
    rejections: await Promise.all(rejections.map(({ id }) => store.getRejection(id))),
    notes: (await store.notes('job')).map(({ key, value }) => [key, value]),
    statistics: await store.statistics({ from: Date.now() - 3_600_000, to: Date.now() + 3_600_000, bucketMs: 60_000 }),
  }
}

/** Without what the two may say in different ways: kinds of byte arrays, and the one character that Postgres keeps in no text. */
function plainly(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (typeof value === 'string') return value.replaceAll('\0', '\uFFFD')
  if (Array.isArray(value)) return value.map(plainly)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, plainly(part)]))
}

await describePostgres('moving from SQLite to Postgres', (server) => {
  it('keeps everything that either store can be asked', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    const now = Date.now()
    let ids: Readonly<Record<string, string>> = {}
    await withSqlite(dataDir, async (store) => {
      ids = await fill(store, now)
    })
    const report = await moveOnce(dataDir, url)
    assert.equal(report.outcome, 'moved', JSON.stringify(report))
    assert.deepEqual([report.found, report.renewed, report.unknownKeys], [0, 0, 0])
    for (const { table, source } of report.tables) {
      if (table !== 'attempts') assert.ok(source.rows > 0, `${table} is tested with no row`)
    }

    const after = await openStore(t, url)
    const before = await openSqliteStore({ dataDir, ...retention })
    t.after(() => before.close())
    // What was leased at the end falls due in both; only after a claim do they say the same of it.
    const soon = Date.now() + 20_000
    const [a, b] = [await before.claim([lease], soon), await after.claim([lease], soon)]
    assert.deepEqual(
      b.leases.map(({ event, attempt, attemptInSeries, crashes }) => [event.id, attempt, attemptInSeries, crashes]),
      a.leases.map(({ event, attempt, attemptInSeries, crashes }) => [event.id, attempt, attemptInSeries, crashes]),
    )
    assert.deepEqual(b.leases.map(({ event }) => Object.keys(ids).find((name) => ids[name] === event.id)).sort(), [
      'first in order',
      'leased',
      'pending',
    ])
    assert.deepEqual(
      (await after.notes('handshake-secrets')).map(({ key, value }) => [key, value]),
      [['asana', '["s"]']],
    )
    assert.deepEqual(plainly(await answersOf(after)), plainly(await answersOf(before)))
  })

  it('recognises what was known, and calls new what is new', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    let ids: Readonly<Record<string, string>> = {}
    await withSqlite(dataDir, async (store) => {
      ids = await fill(store, Date.now())
    })
    await moveOnce(dataDir, url)
    const store = await openStore(t, url)
    for (const name of Object.keys(ids)) {
      if (name === 'no id') continue
      const again = await store.accept(newEvent({ dedupKey: `stripe:${name}`, source: 'stripe' }))
      assert.deepEqual([name, again.status, again.id], [name, 'duplicate', ids[name]])
    }
    const replayed = newEvent({ replay: { key: 'signature 1', verdict: 'duplicate' } })
    assert.deepEqual((await store.accept(replayed)).id, ids['no id'])
    const flagged = await store.accept(newEvent({ dedupKey: 'x', replay: { key: 'signature 2', verdict: 'flag' } }))
    assert.deepEqual([flagged.status, 'repeated' in flagged && flagged.repeated], ['accepted', true])
    const fresh = await store.accept(newEvent({ dedupKey: 'stripe:new', source: 'stripe' }))
    assert.equal(fresh.status, 'accepted')
    const { events } = await store.list({ limit: 1 })
    assert.equal(events[0]?.id, fresh.id, 'what is stored after the move comes after what was moved')
    const changes = await store.changes(ids['signed again'] ?? '', 10)
    assert.deepEqual(
      changes.map(({ id }) => id),
      [flagged.id, fresh.id],
    )
  })

  it('keeps the order by key across the move', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    let ids: Readonly<Record<string, string>> = {}
    await withSqlite(dataDir, async (store) => {
      ids = await fill(store, Date.now())
    })
    await moveOnce(dataDir, url)
    const store = await openStore(t, url)
    const third = await store.accept(newEvent({ destinations: ['crm'], orderingKeys: ['customer 1\0'] }))
    const order = [ids['first in order'], ids['blocked'], third.id]
    for (const expected of order) {
      const { leases } = await store.claim([lease], Date.now() + 1000)
      const mine = leases.filter(({ event }) => order.includes(event.id))
      assert.deepEqual(
        mine.map(({ event }) => event.id),
        [expected],
      )
      const settled = leases.map(({ event, attempt, destination }) => ({ eventId: event.id, attempt, destination }))
      await store.settle(
        settled.map((one) => ({ ...one, outcome: 'done', status: 200, error: null })),
        Date.now(),
      )
    }
  })

  it('goes on where it was stopped, and moves nothing twice', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(dataDir, (store) => fillWith(store, 2500))
    const stopping = new AbortController()
    const first = await moveOnce(dataDir, url, {
      signal: stopping.signal,
      rangeEvents: 200,
      onProgress: (phase, events) => phase === 'copy' && events >= 800 && stopping.abort(),
    })
    assert.equal(first.outcome, 'stopped')
    await assert.rejects(openStore(t, url), /not all of them are there/)
    const second = await moveOnce(dataDir, url, { rangeEvents: 200 })
    assert.deepEqual([second.outcome, second.found, second.renewed], ['moved', 1000, 0])
    const third = await moveOnce(dataDir, url)
    assert.deepEqual([third.outcome, third.found, third.renewed], ['moved', 2500, 0])
    const [counts] = await ask(
      url,
      'SELECT (SELECT count(*) FROM posthorn.events) AS events, (SELECT count(*) FROM posthorn.keys) AS keys, (SELECT count(*) FROM posthorn.deliveries) AS deliveries',
    )
    assert.deepEqual(counts, { events: '2500', keys: '2500', deliveries: '250' })
  })

  it('moves again what changed in the source between two runs', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(dataDir, (store) => fillWith(store, 1500))
    assert.equal((await moveOnce(dataDir, url)).outcome, 'moved')
    // The gateway went back to work with the old store: no gateway has begun with the new one.
    await withSqlite(dataDir, async (store) => {
      const { leases } = await store.claim([{ ...lease, limit: 3 }], Date.now() + 1000)
      await store.settle(
        leases.map(({ event, attempt, destination }) => ({
          eventId: event.id,
          attempt,
          destination,
          outcome: 'done',
          status: 200,
          error: null,
        })),
        Date.now(),
      )
      await store.accept(newEvent({ dedupKey: 'default:many-7' }))
      await fillWith(store, 100, 'later')
    })
    const again = await moveOnce(dataDir, url, { rangeEvents: 500 })
    assert.equal(again.outcome, 'moved', JSON.stringify(again))
    assert.deepEqual([again.found, again.renewed], [1500, 500], 'only the range that changed is moved again')
    const store = await openStore(t, url)
    assert.equal((await store.deliveries({ state: 'done', limit: 10 })).deliveries.length, 3)
    assert.equal((await store.accept(newEvent({ dedupKey: 'default:later-99' }))).status, 'duplicate')
  })

  it('finds whatever differs, and moves it again', async () => {
    for (const damage of [
      'UPDATE posthorn.payloads SET body = $$x$$ WHERE seq = (SELECT min(seq) FROM posthorn.payloads)',
      'UPDATE posthorn.deliveries SET state = 2 WHERE seq = (SELECT max(seq) FROM posthorn.deliveries WHERE state = 0)',
      'DELETE FROM posthorn.attempts',
      'DELETE FROM posthorn.keys WHERE seq = (SELECT min(seq) FROM posthorn.keys)',
      'UPDATE posthorn.event_hours SET accepted = accepted + 1',
      'UPDATE posthorn.destinations SET paused_at = NULL',
      'INSERT INTO posthorn.events (seq, received_at, kind, body_size, source, type) SELECT max(seq) + 1, 1, 1, 1, $$a$$, $$b$$ FROM posthorn.events',
    ]) {
      const [dataDir, url] = [tempDir(), await server.createDatabase()]
      await withSqlite(dataDir, async (store) => void (await fill(store, Date.now())))
      assert.equal((await moveOnce(dataDir, url)).outcome, 'moved')
      await ask(url, damage)
      const compared = await withBoth(dataDir, url, (source, target) => compare(source, target))
      assert.equal(compared?.outcome, 'different', damage)
      assert.equal((await moveOnce(dataDir, url)).outcome, damage.startsWith('INSERT') ? 'different' : 'moved', damage)
    }
  })

  it('lets no gateway work with what differs', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(dataDir, (store) => fillWith(store, 500))
    const stopping = new AbortController()
    await moveOnce(dataDir, url, {
      signal: stopping.signal,
      rangeEvents: 100,
      onProgress: (_, events) => events >= 100 && stopping.abort(),
    })
    await ask(
      url,
      `CREATE FUNCTION posthorn.spoil() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.body := NEW.body || NEW.body; RETURN NEW; END';
       CREATE TRIGGER spoil BEFORE INSERT ON posthorn.payloads FOR EACH ROW EXECUTE FUNCTION posthorn.spoil()`,
    )
    const report = await moveOnce(dataDir, url)
    assert.equal(report.outcome, 'different')
    assert.deepEqual(
      report.tables.filter(({ same }) => !same).map(({ table }) => table),
      ['payloads'],
    )
    await assert.rejects(openStore(t, url), /not all of them are there/)
    await ask(url, 'DROP TRIGGER spoil ON posthorn.payloads')
    const healed = await moveOnce(dataDir, url, { rangeEvents: 100 })
    assert.deepEqual([healed.outcome, healed.found, healed.renewed], ['moved', 500, 300])
    await openStore(t, url)
  })

  it('refuses a database that has events of its own, or in which a gateway has worked since', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(dataDir, (store) => fillWith(store, 10))
    const other = await openStore(t, url)
    await assert.rejects(moveOnce(dataDir, url), /a gateway is connected/)
    await other.accept(newEvent({ dedupKey: 'x' }))
    await other.close()
    await assert.rejects(moveOnce(dataDir, url), /holds events of its own/)

    const second = await server.createDatabase()
    assert.equal((await moveOnce(dataDir, second)).outcome, 'moved')
    const store = await openStore(t, second)
    await store.close()
    await assert.rejects(moveOnce(dataDir, second), /everything was moved there before, and a gateway has worked/)
  })

  it('takes a database that a gateway has only tried', async (t) => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(dataDir, async (store) => void (await fill(store, Date.now())))
    const tried = await openStore(t, url)
    await tried.setDestination('tried', { paused: true }, Date.now())
    await tried.close()
    assert.equal((await moveOnce(dataDir, url)).outcome, 'moved')
  })

  it('takes an empty store, one whose payloads are pruned, and names that it does not number alike', async (t) => {
    const [empty, url] = [tempDir(), await server.createDatabase()]
    await withSqlite(empty, async () => {})
    assert.equal((await moveOnce(empty, url)).outcome, 'moved')

    const [pruned, second] = [tempDir(), await server.createDatabase()]
    await withSqlite(pruned, async (store) => {
      await fill(store, Date.now())
      await store.prune({ now: Date.now() + 10_000, eventRetentionMs: 0, dedupRetentionMs: 86_400_000 })
    })
    const report = await moveOnce(pruned, second)
    assert.equal(report.outcome, 'moved', JSON.stringify(report))
    const payloads = report.tables.find(({ table }) => table === 'payloads')?.source.rows ?? 0
    const events = report.tables.find(({ table }) => table === 'events')?.source.rows ?? 0
    assert.ok(payloads < events, `${payloads} of ${events}`)
    const store = await openStore(t, second)
    assert.equal((await store.accept(newEvent({ dedupKey: 'stripe:done' }))).status, 'duplicate')
  })

  it('says that there is nothing to move', async () => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    await assert.rejects(moveOnce(dataDir, url), /there is no .*posthorn\.db/)
    rmSync(dataDir, { recursive: true })
    await assert.rejects(moveOnce(join(dataDir, 'x'), url), /there is no/)
  })
})
