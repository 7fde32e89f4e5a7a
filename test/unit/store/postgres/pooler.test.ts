import assert from 'node:assert/strict'
import { it } from 'node:test'
import { parseDatabaseUrl } from '../../../../src/store/postgres/address.ts'
import { reach } from '../../../../src/store/postgres/reach.ts'
import { claimAll, settlementOf } from '../../../contract/support.ts'
import { newEvent } from '../../../support/events.ts'
import { noPgBouncer, startPgBouncer } from '../../../support/pgbouncer.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

await describePostgres('a pooler that gives every transaction another connection', (server) => {
  async function through(t: Parameters<typeof startPgBouncer>[0]): Promise<{ direct: string; pooled: string }> {
    const [direct, port] = [await server.createDatabase(), await startPgBouncer(t, server.port)]
    const url = new URL(direct)
    url.port = String(port)
    return { direct, pooled: url.href }
  }

  it('is found out', { skip: noPgBouncer }, async (t) => {
    const { direct, pooled } = await through(t)
    const options = { waitMs: 1000, timeoutMs: 2000, onWaiting: () => {} }
    const found = [direct, pooled].map(async (url) => {
      const address = parseDatabaseUrl(url)
      assert.ok(!('problem' in address))
      return (await reach(address, options)).pooled
    })
    assert.deepEqual(await Promise.all(found), [false, true])
  })

  it('changes nothing for two replicas behind it', { skip: noPgBouncer }, async (t) => {
    const { direct, pooled } = await through(t)
    // What nothing of ours may leave behind, or rely on.
    await ask(direct, 'ALTER ROLE posthorn SET synchronous_commit = off')
    t.after(() => ask(direct, 'ALTER ROLE posthorn RESET synchronous_commit'))
    const [a, b] = await Promise.all([openStore(t, pooled), openStore(t, pooled)])
    const event = (i: number) =>
      newEvent({ dedupKey: `k${i % 100}`, destinations: ['d'], orderingKeys: [i % 3 === 0 ? 'key' : null] })
    const results = await Promise.all(Array.from({ length: 300 }, (_, i) => (i % 2 === 0 ? a : b).accept(event(i))))
    assert.equal(results.filter(({ status }) => status === 'accepted').length, 100)
    const seen = new Set<string>()
    const now = Date.now() + 1000
    const work = async (store: typeof a) => {
      while (seen.size < 100) {
        const leases = await claimAll(store, 'd', now, 10)
        for (const { event } of leases) seen.add(event.id)
        const settled = await store.settle(
          leases.map((lease) => settlementOf(lease, 'done')),
          now,
        )
        assert.ok(settled.every(Boolean))
      }
    }
    await Promise.all([work(a), work(b)])
    const changes = await b.changes('evt_00000000000', 1000)
    assert.equal(changes.length, 100)
    assert.deepEqual(await a.probe(), { state: 'ready', error: null })
    const pruned = await a.prune({ now: Date.now() + 1000, eventRetentionMs: 0, dedupRetentionMs: 0 })
    assert.deepEqual(pruned, { payloads: 100, events: 100 })
  })
})
