import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { it } from 'node:test'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

await describePostgres('a database that goes away', (server) => {
  it('loses nothing that was accepted when it crashes under load, and is used again without a restart', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url)
    const accepted = new Map<string, string>()
    let [failed, stopping] = [0, false]
    const produce = async (producer: number) => {
      for (let i = 0; !stopping; i++) {
        const dedupKey = `${producer} ${i}`
        for (;;) {
          try {
            accepted.set(dedupKey, (await store.accept(newEvent({ dedupKey }))).id)
            break
          } catch (error) {
            assert.ok(error instanceof Error && error.name === 'StoreUnavailableError')
            failed++
            await new Promise((resolve) => setTimeout(resolve, 5))
          }
        }
      }
    }
    const producers = Promise.all(Array.from({ length: 16 }, (_, i) => produce(i)))
    const reached = async (count: number) => {
      while (accepted.size < count) await new Promise((resolve) => setTimeout(resolve, 5))
    }
    await reached(200)
    await server.kill()
    await server.start()
    await reached(accepted.size + 200)
    await server.stop()
    await server.start()
    await reached(accepted.size + 200)
    stopping = true
    await producers
    assert.ok(failed > 0)
    for (const [dedupKey, id] of accepted) assert.equal(await store.find(dedupKey), id)
    const [row] = await ask(url, 'SELECT count(*)::integer AS count FROM posthorn.events')
    assert.equal(row?.['count'], accepted.size)
  })

  it('is used again when every connection was cut', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url)
    await Promise.all([store.accept(newEvent()), store.list({ limit: 1 }), store.probe()])
    const cut = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name = 'posthorn'"
    await ask(url, cut)
    while ((await store.probe()).state !== 'ready') {}
    assert.equal((await store.accept(newEvent())).status, 'accepted')
    assert.equal((await store.list({ limit: 9 })).events.length, 2)
  })

  it('says that nobody knows when the answer to a commit does not come, and a duplicate when asked again', async (t) => {
    const url = new URL(await server.createDatabase())
    const proxy = await startProxy(t, server.port)
    url.port = String(proxy.port)
    const store = await openStore(t, url.href, { timeoutMs: 500 })
    await store.accept(newEvent())
    proxy.swallowAnswers(true)
    const event = newEvent({ dedupKey: 'k' })
    await assert.rejects(store.accept(event), { name: 'StoreUnavailableError' })
    assert.equal(store.status().state, 'failing')
    proxy.swallowAnswers(false)
    const again = await store.accept(event)
    assert.equal(again.status, 'duplicate')
    assert.equal(store.status().state, 'ready')
  })

  it('refuses at once what waits when it is not there', async (t) => {
    const url = await server.createDatabase()
    const store = await openStore(t, url)
    await server.stop()
    const results = await Promise.allSettled([store.accept(newEvent()), store.list({ limit: 1 }), store.probe()])
    assert.deepEqual(
      results.map(({ status }) => status),
      ['rejected', 'rejected', 'fulfilled'],
    )
    assert.equal(store.status().state, 'failing')
    await server.start()
    assert.equal((await store.probe()).state, 'ready')
  })

  it('is waited for at the start, with a word about it that holds no password', async (t) => {
    const url = await server.createDatabase()
    await server.stop()
    const words: string[] = []
    const opening = openStore(t, url.replace('posthorn@', 'posthorn:p4ssword@'), {
      onWaiting: (error) => {
        words.push(error)
        if (words.length === 1) void server.start()
      },
    })
    await (await opening).accept(newEvent())
    assert.ok(words.length > 0)
    assert.ok(!words.join().includes('p4ssword'))
    await server.stop()
    await assert.rejects(openStore(t, url.replace('posthorn@', 'posthorn:p4ssword@'), { waitMs: 300 }), (error) => {
      assert.ok(error instanceof Error && error.name === 'StoreOpenError')
      assert.match(error.message, /^DATABASE_URL: 127\.0\.0\.1:\d+\/test_\d+: .*; not there after 0 s$/)
      return true
    })
    await server.start()
  })
})

interface Proxy {
  readonly port: number
  /** What the server says does not arrive. */
  swallowAnswers(swallow: boolean): void
}

async function startProxy(t: { after(hook: () => void): void }, target: number): Promise<Proxy> {
  let swallowing = false
  const sockets = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect({ port: target, host: '127.0.0.1' })
    client.on('data', (bytes) => upstream.write(bytes))
    upstream.on('data', (bytes) => {
      if (!swallowing) client.write(bytes)
    })
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(one)
      one.on('error', () => {})
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    port: address.port,
    swallowAnswers(swallow) {
      swallowing = swallow
    },
  }
}
