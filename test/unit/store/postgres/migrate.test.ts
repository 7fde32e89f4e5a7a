import assert from 'node:assert/strict'
import { it } from 'node:test'
import { migrations } from '../../../../src/store/postgres/migrations.ts'
import { newEvent } from '../../../support/events.ts'
import { ask, describePostgres } from '../../../support/postgres.ts'
import { openStore } from './support.ts'

await describePostgres('the schema', (server) => {
  it('is made once by replicas that start together', async (t) => {
    const url = await server.createDatabase()
    const stores = await Promise.all(Array.from({ length: 4 }, () => openStore(t, url)))
    for (const store of stores) await store.accept(newEvent())
    const rows = await ask(url, 'SELECT version FROM posthorn.migrations ORDER BY version')
    assert.deepEqual(
      rows.map(({ version }) => version),
      migrations.map((_, i) => i + 1),
    )
  })

  it('leaves other tables alone, whatever they are called, and has the name that it is given', async (t) => {
    const url = await server.createDatabase()
    await ask(url, 'CREATE TABLE events (id integer); CREATE TABLE keys (id integer); INSERT INTO events VALUES (1)')
    for (const schema of ['posthorn', 'hooks', 'other']) {
      const store = await openStore(t, url, { schema })
      await store.accept(newEvent({ source: schema }))
      assert.deepEqual(
        (await store.list({ limit: 9 })).events.map(({ source }) => source),
        [schema],
      )
    }
    const [row] = await ask(
      url,
      "SELECT (SELECT count(*) FROM events)::integer AS events, count(*)::integer AS tables FROM pg_tables WHERE schemaname = 'public'",
    )
    assert.deepEqual([row?.['events'], row?.['tables']], [1, 2])
  })

  it('is not mixed with tables of another program', async (t) => {
    const url = await server.createDatabase()
    await ask(url, 'CREATE SCHEMA posthorn; CREATE TABLE posthorn.events (id integer)')
    await assert.rejects(openStore(t, url), {
      name: 'StoreOpenError',
      message: /^DATABASE_URL: the schema "posthorn" holds tables of another program/,
    })
  })

  it('of a newer release is worked with, unless that release says that it cannot be', async (t) => {
    const url = await server.createDatabase()
    await openStore(t, url)
    const newer = migrations.length + 1
    await ask(url, `INSERT INTO posthorn.migrations (version, works_with) VALUES (${newer}, 1)`)
    await (await openStore(t, url)).accept(newEvent())
    await ask(url, `UPDATE posthorn.migrations SET works_with = ${newer} WHERE version = ${newer}`)
    await assert.rejects(openStore(t, url), { name: 'StoreOpenError', message: /newer Posthorn .*: run that version/ })
  })

  it('is refused where it cannot be made or kept, with the reason', async (t) => {
    const url = await server.createDatabase()
    await ask(url, 'CREATE ROLE guest LOGIN')
    await ask(url, 'CREATE DATABASE latin ENCODING LATIN1 TEMPLATE template0')
    const reasons: Readonly<Record<string, RegExp>> = {
      [url.replace('posthorn@', 'guest@')]: /permission denied .*\(42501\)/,
      [url.replace(/test_\d+$/, 'latin')]: /encoding is LATIN1: .*UTF8/,
      [url.replace(/test_\d+$/, 'nowhere')]: /"nowhere" does not exist; create it/,
      [url.replace('posthorn@', 'nobody@')]: /"nobody" does not exist; correct the user/,
    }
    for (const [wrong, message] of Object.entries(reasons)) {
      await assert.rejects(openStore(t, wrong), { name: 'StoreOpenError', message })
    }
    await ask(url, 'CREATE SCHEMA posthorn AUTHORIZATION guest')
    await (await openStore(t, url.replace('posthorn@', 'guest@'))).accept(newEvent())
  })

  it('takes texts that PostgreSQL would not, and leaves the others of the batch alone', async (t) => {
    const store = await openStore(t, await server.createDatabase())
    const odd = { source: 'a\u0000b', type: 'x\u0000', externalId: '\u0000\uD800', headers: ['X', '\u0000\uD800'] }
    const events = [newEvent(odd), ...Array.from({ length: 20 }, () => newEvent())]
    const results = await Promise.all(events.map((event) => store.accept(event)))
    assert.ok(results.every(({ status }) => status === 'accepted'))
    const stored = await store.get(results[0]?.id ?? '')
    assert.deepEqual([stored?.source, stored?.headers], ['a\uFFFDb', ['X', '\u0000\uD800']])
  })
})
