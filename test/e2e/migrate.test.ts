import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { it } from 'node:test'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { startSink } from '../reliability/support/sink.ts'
import { runGateway, startGateway } from '../support/gateway.ts'
import { ask, describePostgres } from '../support/postgres.ts'
import { tempDir } from '../support/temp-dir.ts'
import { fillWith, retention } from '../unit/store/move/support.ts'

const program = join(import.meta.dirname, '..', '..', 'posthorn.js')

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

function startMigrate(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): { child: ChildProcess; done: Promise<Ended> } {
  const child = spawn(process.execPath, [program, 'migrate', ...args], {
    cwd: tempDir(),
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const done = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]).then(([out, err]) => ({
    code: child.exitCode,
    out,
    err,
  }))
  return { child, done }
}

const migrate = (args: readonly string[], env: Readonly<Record<string, string>>) => startMigrate(args, env).done

async function post(url: string, id: string): Promise<{ id: string; duplicate: boolean }> {
  const response = await fetch(`${url}/webhook/order.paid`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'webhook-id': id },
    body: JSON.stringify({ id, total: 12 }),
  })
  assert.equal(response.status, 200)
  const answer: unknown = await response.json()
  if (typeof answer !== 'object' || answer === null || !('id' in answer) || !('duplicate' in answer))
    throw new Error('?')
  return { id: String(answer.id), duplicate: answer.duplicate === true }
}

await describePostgres('posthorn migrate', (server) => {
  it('hands everything over to gateways with DATABASE_URL, though it was killed half way', async (t) => {
    const [dataDir, url] = [join(tempDir(), 'data'), await server.createDatabase()]
    // A destination that takes some and refuses the others, so that there is something of each kind to be moved.
    const refused = new Set<string>()
    const first = new Map<string, number>()
    const early = createServer((request, response) => {
      const id = String(request.headers['posthorn-event-id'])
      request.resume().on('end', () => {
        first.set(id, (first.get(id) ?? 0) + 1)
        if (first.size % 2 === 0) refused.add(id)
        response.writeHead(refused.has(id) ? 500 : 204).end()
      })
    })
    early.listen(0, '127.0.0.1')
    await once(early, 'listening')
    const address = early.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const { port } = address
    t.after(() => void early.closeAllConnections())

    // Very many events, so that there is a middle.
    const store = await openSqliteStore({ dataDir, ...retention })
    await fillWith(store, 12_000)
    await store.close()
    const forward = { FORWARD_URL: `http://127.0.0.1:${port}/hook` }
    const old = await startGateway(t, { DATA_DIR: dataDir, ...forward })
    const ids = new Map<string, string>()
    for (let i = 0; i < 40; i++) ids.set(`order-${i}`, (await post(old.url, `order-${i}`)).id)
    while (first.size < 40) await once(early, 'request')

    const running = await migrate(['--from', dataDir], { DATABASE_URL: url })
    assert.equal(running.code, 1)
    assert.match(running.err, new RegExp(`a gateway is working with ${dataDir} \\(process ${old.process.pid}\\)`))
    await old.kill()
    early.close()
    early.closeAllConnections()
    const taken = [...ids.values()].filter((id) => !refused.has(id))

    const killed = startMigrate(['--from', dataDir], { DATABASE_URL: url })
    for (let upTo = 0; upTo < 2_000; ) {
      assert.equal(killed.child.exitCode, null, 'it ended before it could be killed')
      const rows = await ask(url, 'SELECT count(*)::integer AS n FROM posthorn.events').catch(() => [])
      upTo = Number(rows[0]?.['n'] ?? 0)
    }
    killed.child.kill('SIGKILL')
    await killed.done
    const early2 = await runGateway({ DATABASE_URL: url, ...forward })
    assert.equal(early2.code, 1)
    assert.match(early2.stdout + early2.stderr, /not all of them are there/)

    const moved = await migrate(['--from', dataDir, '--json'], { DATABASE_URL: url })
    assert.equal(moved.code, 0, moved.out + moved.err)
    const report = JSON.parse(moved.out)
    assert.equal(report.outcome, 'moved')
    assert.ok(report.found >= 2_000 && report.found < 12_000, `${report.found} were there before`)
    assert.equal(report.events, 12_040)
    assert.equal(report.states.target.done, taken.length)
    assert.equal(report.states.target.pending, 1_200 + refused.size)

    const wrong = await runGateway({ DATA_DIR: dataDir })
    assert.equal(wrong.code, 1, 'nobody starts on the old directory by mistake')
    assert.match(wrong.stdout + wrong.stderr, /were moved to 127\.0\.0\.1:.*remove .*posthorn\.moved/)

    const sink = await startSink({ port })
    t.after(() => sink.close())
    const replicas = [
      await startGateway(t, { DATABASE_URL: url, ...forward }),
      await startGateway(t, { DATABASE_URL: url, ...forward }),
    ]
    for (const [id, event] of ids) {
      const { url: at } = replicas[Number(id.slice(6)) % 2] ?? { url: '' }
      assert.deepEqual(await post(at, id), { id: event, duplicate: true })
    }
    const fresh = await post(replicas[0]?.url ?? '', 'order-new')
    assert.equal(fresh.duplicate, false)
    await sink.tookAll([...refused, fresh.id])
    await replicas[0]?.stop()
    await replicas[1]?.stop()
    assert.deepEqual(
      [...sink.taken].toSorted(),
      [...refused, fresh.id].map((id) => [id, 1]).toSorted(),
      'what was pending is delivered once, and what was delivered is not delivered again',
    )
    const after = await migrate(['--from', dataDir], { DATABASE_URL: url })
    assert.equal(after.code, 1)
    assert.match(after.err, /a gateway has worked with the database/)
    assert.ok(existsSync(join(dataDir, 'posthorn.db')))
  })

  it('says what it would do and changes nothing', async () => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    const store = await openSqliteStore({ dataDir, ...retention })
    await fillWith(store, 1_200)
    await store.close()
    const { code, out } = await migrate(['--from', dataDir, '--dry-run'], { DATABASE_URL: url })
    assert.equal(code, 0, out)
    assert.match(
      out,
      /1,200 events in [\d,]+ rows, [\d.]+ KiB of bodies\nIt would take about \d+ s\. Nothing was changed\./,
    )
    const [schema] = await ask(url, "SELECT to_regnamespace('posthorn') AS made")
    assert.equal(schema?.['made'], null)
    assert.ok(!existsSync(join(dataDir, 'posthorn.moved')))
    const json = await migrate(['--from', dataDir, '--dry-run', '--json'], { DATABASE_URL: url })
    assert.deepEqual([JSON.parse(json.out).events, JSON.parse(json.out).refusal], [1_200, null])
  })

  it('moves into a schema of another name, from a .env, and prints no password', async () => {
    const [dataDir, url] = [tempDir(), await server.createDatabase()]
    const store = await openSqliteStore({ dataDir, ...retention })
    await fillWith(store, 20)
    await store.close()
    const withPassword = url.replace('posthorn@', 'posthorn:hunter2-secret@')
    const env = { DATABASE_URL: withPassword, DATABASE_SCHEMA: 'hooks', DATA_DIR: dataDir }
    const moved = await migrate([], env)
    assert.equal(moved.code, 0, moved.out + moved.err)
    assert.match(moved.out, /, schema hooks: 20 events/)
    assert.match(moved.out, /✓ every row is there and the same, every id is known/)
    const [there] = await ask(url, 'SELECT count(*)::integer AS n FROM hooks.events')
    assert.equal(there?.['n'], 20)
    const wrong = await migrate(['--to', withPassword.replace('/test', '/no_test')], { DATA_DIR: dataDir })
    assert.equal(wrong.code, 1)
    assert.match(wrong.err, /does not exist.*create it/)
    const away = await migrate(['--to', 'postgres://u:hunter2-secret@127.0.0.1:1/x'], { DATA_DIR: dataDir })
    assert.equal(away.code, 3)
    assert.match(away.err, /127\.0\.0\.1:1\/x: .*ECONNREFUSED/)
    for (const { out, err } of [moved, wrong, away]) assert.doesNotMatch(out + err, /hunter2/)
  })

  it('refuses a command line that makes no sense', async () => {
    const bad = [
      [[], {}, /nothing says where to/],
      [['--to', 'redis://x'], {}, /--to: it must begin with postgres/],
      [['--to', 'postgres://u:hunter2-secret@/x?bogus=1'], {}, /there is no parameter "bogus"|names no host/],
    ] as const
    for (const [args, env, words] of bad) {
      const { code, err } = await migrate(args, env)
      assert.equal(code, 2, err)
      assert.match(err, words)
      assert.doesNotMatch(err, /hunter2/)
    }
    const none = await migrate(['--from', '/nowhere'], { DATABASE_URL: 'postgres://localhost/x' })
    assert.equal(none.code, 1)
    assert.match(none.err, /there is no \/nowhere\/posthorn\.db/)
  })
})
