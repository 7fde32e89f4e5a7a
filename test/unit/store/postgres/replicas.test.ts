import assert from 'node:assert/strict'
import { it } from 'node:test'
import { Client } from 'pg'
import { decodeEventId, encodeEventId, firstSequenceAt } from '../../../../src/store/event-id.ts'
import { hashKey } from '../../../../src/store/postgres/keys.ts'
import type { Store } from '../../../../src/store/types.ts'
import { claimAll, day, retention, settleAll, settlementOf } from '../../../contract/support.ts'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

await describePostgres('replicas on one database', (server) => {
  async function openTwo(t: Parameters<typeof openStore>[0]): Promise<{ a: Store; b: Store; url: string }> {
    const url = await server.createDatabase()
    const [a, b] = await Promise.all([openStore(t, url), openStore(t, url)])
    return { a, b, url }
  }

  async function connected(t: Parameters<typeof openStore>[0], url: string): Promise<Client> {
    const client = new Client({ connectionString: url })
    client.on('error', () => {})
    await client.connect()
    t.after(() => client.end().catch(() => {}))
    return client
  }

  /** A connection whose transaction has stored one event with this key, as another replica would, and not committed. */
  async function storing(
    t: Parameters<typeof openStore>[0],
    url: string,
    store: Store,
    dedupKey: string,
  ): Promise<Client> {
    const { id } = await store.accept(newEvent({ dedupKey: 'pattern', externalId: 'pattern' }))
    const client = await connected(t, url)
    await client.query('BEGIN')
    await client.query(
      `WITH k AS (INSERT INTO posthorn.keys (key, seq, received_at)
         SELECT left(encode(sha256($1::bytea), 'hex'), 32)::uuid, max(seq) + 64, max(received_at) FROM posthorn.events RETURNING *),
       p AS (INSERT INTO posthorn.payloads SELECT k.seq, o.headers, o.body FROM k, posthorn.payloads o)
       INSERT INTO posthorn.events (seq, received_at, kind, body_size, dedup_key, source, type)
       SELECT k.seq, o.received_at, o.kind, o.body_size, k.key, o.source, o.type FROM k, posthorn.events o`,
      [Buffer.from(dedupKey)],
    )
    assert.ok(id)
    return client
  }

  it('call nothing a duplicate of what is not committed: the loser becomes the winner when the other one dies', async (t) => {
    const { a, url } = await openTwo(t)
    const other = await storing(t, url, a, 'k')
    const [{ pid }] = (await other.query('SELECT pg_backend_pid() AS pid')).rows
    const accepted = a.accept(newEvent({ dedupKey: 'k' }))
    await waiting(url)
    await ask(url, `SELECT pg_terminate_backend(${Number(pid)})`)
    assert.equal((await accepted).status, 'accepted')
  })

  it('wait for the other one, and name its event', async (t) => {
    const { a, url } = await openTwo(t)
    const other = await storing(t, url, a, 'k')
    const accepted = a.accept(newEvent({ dedupKey: 'k' }))
    await waiting(url)
    await other.query('COMMIT')
    const result = await accepted
    assert.equal(result.status, 'duplicate')
    assert.ok(await a.get(result.id))
  })

  it('say within the time for an accept that nobody knows, while the other one does not end', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url, { timeoutMs: 400 })
    const other = await storing(t, url, store, 'k')
    await assert.rejects(store.accept(newEvent({ dedupKey: 'k' })), { name: 'StoreUnavailableError' })
    assert.equal(store.status().state, 'failing')
    await other.query('ROLLBACK')
    assert.equal((await store.accept(newEvent({ dedupKey: 'k' }))).status, 'accepted')
    assert.equal(store.status().state, 'ready')
  })

  it('give ids of their own even with the same number', async (t) => {
    const url = await server.createDatabase()
    const a = await openStore(t, url)
    await ask(url, 'ALTER SEQUENCE posthorn.replicas RESTART')
    const b = await openStore(t, url)
    const results = await Promise.all(
      Array.from({ length: 600 }, (_, i) => (i % 2 === 0 ? a : b).accept(newEvent({ dedupKey: `k${i}` }))),
    )
    assert.ok(results.every(({ status }) => status === 'accepted'))
    assert.equal(new Set(results.map(({ id }) => id)).size, 600)
  })

  /** Stores one event for `d` as another replica would, in a transaction that is left open. */
  async function accepting(client: Client, url: string, hash: string | null): Promise<number> {
    const [ids] = await ask(
      url,
      'SELECT (SELECT max(id) FROM posthorn.destinations) AS d, (SELECT max(id) FROM posthorn.kinds) AS k',
    )
    await client.query('BEGIN')
    const { rows } = await client.query(
      `SELECT seq FROM posthorn.accept_1(63, $1, 0, 5000, '{default}', '{user.created}', ARRAY[$2::integer], '{NULL}', '{NULL}',
         '{NULL}', '{false}', ARRAY[$1::bigint], '{NULL}', '{[]}', '{0}', '', '{1}', ARRAY[$3::integer], $4::uuid[], '{key}')`,
      [Date.now(), ids?.['k'], ids?.['d'], hash === null ? null : [hash]],
    )
    return Number(rows[0]?.seq)
  }

  it('give no change before an older one that is not committed yet', async (t) => {
    const { a, b, url } = await openTwo(t)
    const first = await a.accept(newEvent({ destinations: ['d'] }))
    const other = await connected(t, url)
    const older = encodeEventId(await accepting(other, url, null))
    const last = (await a.changes(first.id, 9)).at(-1)?.id ?? first.id
    const { id } = await a.accept(newEvent())
    assert.ok(older < id)
    assert.deepEqual(await b.changes(last, 9), [])
    await other.query('COMMIT')
    assert.deepEqual(
      (await b.changes(last, 9)).map((event) => event.id),
      [older, id],
    )
  })

  it('begin no later than an older one that is not committed yet, and not long before', async (t) => {
    const { a, b, url } = await openTwo(t)
    await a.accept(newEvent({ destinations: ['d'] }))
    const other = await connected(t, url)
    const older = encodeEventId(await accepting(other, url, null))
    const { id } = await a.accept(newEvent())
    const start = await b.newest()
    assert.ok(start < older && older < id)
    // Nobody has to read everything that is stored because somebody holds a transaction open.
    assert.ok(start > encodeEventId(firstSequenceAt(Date.now() - 600_000)))
    await other.query('COMMIT')
    const seen = (await b.changes(start, 9)).map((event) => event.id)
    assert.deepEqual(seen.slice(-2), [older, id])
    assert.equal(await b.newest(), id)
  })

  it('give no change before one whose number is drawn and whose row is not begun', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url, { timeoutMs: 10_000 })
    const first = await store.accept(newEvent())
    const [blocking, other] = [await connected(t, url), await connected(t, url)]
    await blocking.query('BEGIN')
    // Keys are written after the number is drawn and before the event is.
    await blocking.query('LOCK TABLE posthorn.keys IN SHARE MODE')
    const accepted = store.accept(newEvent())
    await waiting(url)
    await other.query(
      `INSERT INTO posthorn.events (seq, received_at, kind, body_size, source, type)
       SELECT seq + 5000 * 4096, received_at, kind, body_size, source, type FROM posthorn.events`,
    )
    const early = await store.changes(first.id, 9)
    await blocking.query('COMMIT')
    const { id } = await accepted
    const seen = [...early, ...(await store.changes(early.at(-1)?.id ?? first.id, 9))]
    assert.equal(seen.length, 2)
    assert.equal(seen[0]?.id, id)
  })

  it('wait for each other where the order by key is decided', async (t) => {
    const { a, url } = await openTwo(t)
    const ordered = newEvent({ destinations: ['d'], orderingKeys: ['key'] })
    await a.accept(newEvent({ destinations: ['d'] }))
    const other = await connected(t, url)
    const older = encodeEventId(await accepting(other, url, hashKey('key')))
    const accepted = a.accept(ordered)
    await waiting(url)
    await other.query('COMMIT')
    const { id } = await accepted
    assert.equal((await a.get(id))?.deliveries[0]?.orderingKey, 'key')
    const now = Date.now() + 1000
    const claimed = (await claimAll(a, 'd', now)).map(({ event }) => event.id)
    assert.ok(claimed.includes(older) && !claimed.includes(id))
  })

  it('prune one at a time and leave what is brought back to life', async (t) => {
    const { a, b } = await openTwo(t)
    const old = Date.now() - 20 * 86_400_000
    const events = Array.from({ length: 300 }, (_, i) =>
      newEvent({ receivedAt: old, destinations: ['d'], dedupKey: `k${i}` }),
    )
    const ids = await Promise.all(events.map(async (event) => (await a.accept(event)).id))
    const now = Date.now() + 1000
    const leases = await claimAll(a, 'd', now, 300)
    await a.settle(
      leases.map((lease) => settlementOf(lease, 'dead')),
      now,
    )
    const options = { now: Date.now(), eventRetentionMs: 86_400_000, dedupRetentionMs: 35 * 86_400_000 }
    const [pruned, alsoPruned, ...again] = await Promise.all([
      a.prune(options),
      b.prune(options),
      ...events.slice(0, 100).map((event) => b.accept(event)),
    ])
    const rearmed = again.filter((result) => result.status === 'duplicate' && result.rearmed === 1).length
    assert.equal(pruned.payloads + alsoPruned.payloads, 300 - rearmed)
    for (const id of ids) {
      const event = await a.get(id)
      const open = event?.deliveries[0]?.state === 'pending'
      assert.equal(event?.body !== null, open, 'what is delivered has a body')
    }
  })

  const pruning = { now: Date.now(), eventRetentionMs: day, ...retention }

  /** One whose payload is past its retention. */
  async function acceptOld(store: Store): Promise<{ id: string; seq: number | null }> {
    const { id } = await store.accept(newEvent({ receivedAt: pruning.now - 20 * day, destinations: ['d'] }))
    await settleAll(store, 'd', Date.now() + 1000, 'dead')
    return { id, seq: decodeEventId(id) }
  }

  it('prune nothing that somebody is about to start anew', async (t) => {
    const { a, b, url } = await openTwo(t)
    const { id, seq } = await acceptOld(a)
    const other = await connected(t, url)
    await other.query('BEGIN')
    await other.query('SELECT posthorn.replay_1($1, NULL, $2)', [seq, Date.now()])
    const pruned = b.prune(pruning)
    await doneOrWaiting(pruned, url)
    await other.query('COMMIT')
    assert.equal((await pruned).payloads, 0)
    const event = await a.get(id)
    assert.deepEqual([event?.deliveries[0]?.state, event?.body !== null], ['pending', true])
  })

  it('start nothing anew that somebody is about to prune', async (t) => {
    const { a, url } = await openTwo(t)
    const { id } = await acceptOld(a)
    const other = await connected(t, url)
    await other.query('BEGIN')
    await other.query('SELECT posthorn.prune_payloads_1($1, $2, -1, 200, 1000000)', [pruning.now - day, pruning.now])
    const replayed = a.replay(id, Date.now())
    await doneOrWaiting(replayed, url)
    await other.query('COMMIT')
    assert.equal(await replayed, false)
    const event = await a.get(id)
    assert.deepEqual([event?.deliveries[0]?.state, event?.body], ['dead', null])
  })

  it('prune what is left without waiting for what somebody removes', async (t) => {
    const { a, b, url } = await openTwo(t)
    await ask(
      url,
      `INSERT INTO posthorn.rejections (seq, received_at, body_size, bytes, cause, method, url, headers)
       SELECT i, 0, 0, 0, 'c', 'POST', '/', '[]' FROM generate_series(1, 50) i`,
    )
    const other = await connected(t, url)
    await other.query('BEGIN')
    await other.query('DELETE FROM posthorn.rejections WHERE seq = 7')
    const pruned = b.prune(pruning)
    assert.equal(await doneOrWaiting(pruned, url), 'done')
    await other.query('ROLLBACK')
    assert.equal((await a.rejections({ limit: 9 })).rejections.length, 1)
  })
})

/** Until some statement waits for another's transaction. */
async function waiting(url: string, ended = () => false): Promise<'waiting'> {
  const text = "SELECT count(*)::integer AS waiting FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
  while (!ended() && (await ask(url, text))[0]?.['waiting'] === 0) {}
  return 'waiting'
}

/** Which of both comes first. */
async function doneOrWaiting(work: Promise<unknown>, url: string): Promise<'done' | 'waiting'> {
  let isDone = false
  const done = work.then(() => {
    isDone = true
    return 'done' as const
  })
  return Promise.race([done, waiting(url, () => isDone)])
}
