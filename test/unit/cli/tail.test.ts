import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createClient } from '../../../src/cli/api/client.ts'
import { watch } from '../../../src/cli/api/watch.ts'
import { beforeAllEvents } from '../../../src/store/event-id.ts'
import { operatorCli, token } from './operator-support.ts'

describe('posthorn tail', () => {
  it('prints what comes, filtered by patterns, until it is interrupted', async (t) => {
    const gateway = await operatorCli(t)
    await gateway.post('before')
    const running = gateway.start(['tail', '--json', '--type', 'order.*', '--type', 'paid'])
    await running.printed(/Ctrl-C ends/)
    for (const type of ['order.created', 'user.created', 'paid', 'order.closed']) await gateway.post(type)
    await running.printed(/order\.closed/)
    running.interrupt()
    const { code, records } = await running.done
    assert.equal(code, 0)
    assert.deepEqual(
      records.map(({ type }) => type),
      ['order.created', 'paid', 'order.closed'],
    )
  })

  it('begins in the past, and ends after so many', async (t) => {
    const gateway = await operatorCli(t)
    const first = await gateway.post('one')
    for (const type of ['two', 'three']) await gateway.post(type)
    const recent = await gateway.run(['tail', '--since', '1h', '--limit', '3', '--json'])
    assert.deepEqual(
      recent.records.map(({ type }) => type),
      ['one', 'two', 'three'],
    )
    const after = await gateway.run(['tail', '--since', first, '--limit', '1'])
    assert.match(after.out, /^\d\d:\d\d:\d\d {2}evt_\S+ {2}\S+ +two +2 B\n$/)
    assert.equal((await gateway.run(['tail', '--since', 'soon'])).code, 2)
  })
})

describe('watching', () => {
  it('goes on where a connection broke, and misses nothing', async (t) => {
    const gateway = await operatorCli(t)
    const client = createClient({ url: gateway.url, host: 'gateway', token: { text: token, from: 'a test' } })
    const ending = new AbortController()
    t.after(async () => {
      ending.abort()
      await client.close()
    })
    const seen: string[] = []
    let breaks = 0
    await gateway.post('first')
    for await (const news of watch(client, { after: beforeAllEvents, signal: ending.signal, backoff: () => 1 })) {
      if (news.kind === 'broken') {
        breaks++
        // What comes while nobody is connected.
        await gateway.post('meanwhile')
      }
      if (news.kind !== 'event') continue
      seen.push(news.event.type)
      if (news.event.type === 'first') gateway.app.server.closeAllConnections()
      if (news.event.type === 'meanwhile') break
    }
    assert.deepEqual(seen, ['first', 'meanwhile'])
    assert.equal(breaks, 1)
  })

  it('ends where the gateway no longer lets one in', async (t) => {
    const gateway = await operatorCli(t)
    const client = createClient({ url: gateway.url, host: 'gateway', token: { text: 'wrong', from: 'a test' } })
    t.after(() => client.close())
    const { signal } = new AbortController()
    await assert.rejects(watch(client, { after: beforeAllEvents, signal }).next(), /does not know the token in a test/)
  })
})
