import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { buildTestApp } from '../../support/app.ts'
import { cli } from '../../support/cli.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { operatorCli, token } from './operator-support.ts'

/** Another program than a gateway. */
async function other(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

describe('posthorn events', () => {
  it('lists the newest first, with what became of each', async (t) => {
    const gateway = await operatorCli(t)
    const first = await gateway.post('user.created')
    const second = await gateway.post('order.paid', '{"total":42}')
    await gateway.settle('app', 'dead')
    const { code, out, err } = await gateway.run(['events'])
    assert.deepEqual([code, err], [0, ''])
    const lines = out.split('\n')
    assert.match(lines[0] ?? '', /RECEIVED +ID +SOURCE +TYPE +SIZE +STATUS/)
    assert.match(lines[1] ?? '', new RegExp(`${second}  \\S+ +order.paid +12 B +.*1 dead.*1 pending|1 pending.*1 dead`))
    assert.ok((lines[2] ?? '').includes(first))
  })

  it('filters, and goes on page by page', async (t) => {
    const gateway = await operatorCli(t)
    for (let n = 0; n < 7; n++) await gateway.post(n % 2 === 0 ? 'even' : 'odd', `{"n":${n}}`)
    const { records } = await gateway.run(['events', '--json', '--type', 'odd'])
    assert.deepEqual(
      records.map(({ type }) => type),
      ['odd', 'odd', 'odd'],
    )
    assert.equal((await gateway.run(['events', '--json', '--limit', '5'])).records.length, 5)
    assert.equal((await gateway.run(['events', '--json', '--all'])).records.length, 7)
    assert.equal((await gateway.run(['events', '--json', '--text', '{"n":3'])).records.length, 1)
    const none = await gateway.run(['events', '--status', 'dead'])
    assert.deepEqual([none.code, none.out], [1, ''])
    assert.match(none.err, /no event matches/)
    assert.equal((await gateway.run(['events', '--from', '1h', '--json'])).records.length, 7)
    assert.equal((await gateway.run(['events', '--until', '1h'])).code, 1)
  })

  it('asks for more pages than the API gives at once', async (t) => {
    const gateway = await operatorCli(t)
    for (let n = 0; n < 20; n++) await Promise.all(Array.from({ length: 26 }, () => gateway.post('many')))
    assert.equal((await gateway.run(['events', '--json', '--all'])).records.length, 520)
  })

  it('shows one whole, without anything that a terminal would obey', async (t) => {
    const gateway = await operatorCli(t)
    const body = JSON.stringify({ text: '\u001b]0;title\u0007\u009b31m', big: '#' }).replace(
      '"#"',
      '12345678901234567890',
    )
    const id = await gateway.post('user.created', body, { 'x-evil': 'a\u0001b' })
    await gateway.settle('app', 'dead')
    const { code, out } = await gateway.run(['events', id])
    assert.equal(code, 0)
    assert.match(out, /user\.created {2}evt_/)
    assert.match(out, /app +dead +1 attempt +500 it answered 500/)
    assert.match(out, /x-evil: a b/)
    assert.match(out, /"big": 12345678901234567890/, 'numbers are shown as they came')
    assert.match(out, /\\u001b\]0;title\\u0007\\x9b31m/)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(out))
    const { out: json } = await gateway.run(['events', id, '--json'])
    assert.equal(JSON.parse(json).body.text, body)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    assert.ok(!/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/.test(json))
  })

  it('says what became of it in the words that find it', async (t) => {
    const gateway = await operatorCli(t)
    const id = await gateway.post('user.created')
    await gateway.settle('app', 'retry')
    await gateway.settle('crm/hooks', 'done')
    assert.match((await gateway.run(['events'])).out, / 1 retrying, 1 done| 1 done, 1 retrying/)
    assert.equal((await gateway.run(['events', '--status', 'retrying', '--json'])).records.length, 1)
    assert.match((await gateway.run(['events', id])).out, /app +retrying +1 attempt +next in /)
  })

  it('writes the exact bytes', async (t) => {
    const gateway = await operatorCli(t)
    const id = await gateway.post('note', ' { "a" : 1 }\r\n')
    assert.equal((await gateway.run(['events', id, '--body'])).out, ' { "a" : 1 }\r\n')
  })

  it('says which options do not go together', async () => {
    for (const [args, expected] of [
      [['events', '--body'], /--body needs the id/],
      [['events', 'evt_1', '--source', 'x'], /--source is for the list/],
      [['events', 'evt_1', '--body', '--json'], /exclude each other/],
      [['events', '--from', 'soon'], /--from.*how long ago/s],
      [['events', '--status', 'lost'], /Allowed choices/],
      [['events', '--limit', '0'], /whole number/],
      [['events', '--url', 'ftp://x'], /http or https/],
      [['events', '--url', 'http://x/?a=1'], /without a query/],
    ] as const) {
      const { code, err } = await cli(args)
      assert.equal(code, 2, args.join(' '))
      assert.match(err, expected)
    }
  })
})

describe('a command for a gateway', () => {
  it('finds the token in a file, in the environment or in .env, and never prints it', async (t) => {
    const gateway = await operatorCli(t)
    await gateway.post('push')
    const cwd = tempDir()
    writeFileSync(join(cwd, 'token'), `${token}\n`)
    const at = { POSTHORN_URL: gateway.url }
    assert.equal((await cli(['events', '--token-file', 'token'], { env: at, cwd })).code, 0)
    assert.equal((await cli(['events', '--token-file', '-'], { env: at, stdin: token })).code, 0)
    assert.equal((await cli(['events'], { env: { ...at, POSTHORN_TOKEN: token, ADMIN_TOKEN: 'other' } })).code, 0)
    writeFileSync(join(cwd, '.env'), `ADMIN_TOKEN=${token}\nPOSTHORN_URL=${gateway.url}/console\n`)
    assert.equal((await cli(['events'], { cwd })).code, 0)
    const wrong = await cli(['events'], { env: { ...at, ADMIN_TOKEN: 'wrong-token' } })
    assert.deepEqual([wrong.code, wrong.out], [1, ''])
    assert.match(wrong.err, /does not know the token in ADMIN_TOKEN/)
    assert.ok(!wrong.err.includes('wrong-token'))
    const none = await cli(['events'], { env: at })
    assert.match(none.err, /wants the operator's token\nSet ADMIN_TOKEN/)
    const spoilt = await cli(['events'], { env: { ...at, ADMIN_TOKEN: 'a b' } })
    assert.deepEqual([spoilt.code, /ADMIN_TOKEN: has characters/.test(spoilt.err)], [2, true])
  })

  it('says that nobody is there', async () => {
    const { code, err } = await cli(['events', '--url', 'http://127.0.0.1:1'])
    assert.equal(code, 3)
    assert.match(err, /127\.0\.0\.1:1: nothing listens there.*\(ECONNREFUSED\)\nSay which gateway with --url/)
  })

  it('says that the gateway has no API, or an older one', async (t) => {
    const { app } = await buildTestApp(t, { NODE_ENV: 'production' })
    await app.listen({ port: 0, host: '127.0.0.1' })
    const { port } = app.server.address() as AddressInfo
    const { code, err } = await cli(['events', '--url', `127.0.0.1:${port}`])
    assert.equal(code, 1)
    assert.match(err, /has no operator's API\n.*production/)
    const older = await other(t, (request, response) => {
      response.setHeader('content-type', 'application/json')
      if (request.url === '/api/status') response.end('{"version":"0.0.9"}')
      else response.writeHead(404).end('{"message":"Route GET:/api/rejections not found","error":"Not Found"}')
    })
    const old = await cli(['rejections', '--url', older])
    assert.match(old.err, /runs posthorn 0\.0\.9, which does not know \/api\/rejections/)
  })

  it('says what else is there', async (t) => {
    const event = { source: 'a', type: 'b', externalId: null, receivedAt: '', bodySize: 1, duplicates: 0 }
    const flags = { conflict: false, repeated: false, deliveries: [] }
    const evil = JSON.stringify({ events: [{ ...event, ...flags, id: 'evt_\u001b[2J' }], next: null })
    for (const [answer, code, expected] of [
      [[301, { location: 'https://hooks.example.com/api/events' }, ''], 2, /Give --url https:\/\/hooks\.example\.com/],
      [[502, {}, '<html>bad gateway'], 3, /not up behind its proxy/],
      [
        [503, { 'retry-after': '5' }, '{"error":"The store cannot say: full"}'],
        1,
        /The store cannot say: full\nTry again in 5 s/,
      ],
      [[403, {}, '{"error":"This token may only look."}'], 1, /This token may only look/],
      [[200, {}, '<html>'], 1, /does not understand/],
      [[200, {}, '{"events":[{"id":7}],"next":null}'], 1, /does not understand/],
      [[200, {}, evil], 1, /does not understand/],
      [
        [429, { 'retry-after': '30' }, '{"error":"Too many wrong tokens."}'],
        1,
        /Too many wrong tokens\.\nTry again in 30 s/,
      ],
      [[404, {}, '<html>'], 1, /has no operator's API/],
      [[400, {}, '{"error":"bad\\u001b[31m"}'], 2, /: bad$/m],
    ] as const) {
      const [status, headers, text] = answer
      const url = await other(t, (_, response) => response.writeHead(status, headers).end(text))
      const result = await cli(['events', '--url', url])
      assert.equal(result.code, code, result.err)
      assert.match(result.err, expected)
      assert.ok(!result.err.includes('\u001b'))
    }
  })

  it('warns of a token that goes over the internet in the clear', async () => {
    const env = { ADMIN_TOKEN: token }
    const { err } = await cli(['events', '--url', 'http://hooks.invalid'], { env })
    assert.match(err, /hooks\.invalid is asked over http: who listens on the way can read the token/)
  })
})

describe('posthorn rejections', () => {
  it('lists what was refused, and shows one', async (t) => {
    const gateway = await operatorCli(t, { GITHUB_WEBHOOK_SECRET: 'a-secret-of-a-good-length' })
    await gateway.app.inject({ method: 'POST', url: '/webhook/github', payload: '{"zen":1}' })
    let records: { id: string; cause: string }[] = []
    while (records.length === 0) records = (await gateway.run(['rejections', '--json'])).records
    const [{ id = '', cause = '' } = {}] = records
    const { code, out } = await gateway.run(['rejections', '--source', 'github'])
    assert.equal(code, 0)
    assert.match(out, new RegExp(`${id} +POST /webhook/github +github +${cause}`))
    assert.match((await gateway.run(['rejections', id])).out, /"zen": 1/)
    assert.equal((await gateway.run(['rejections', 'rej_unknown'])).code, 1)
  })
})

describe('posthorn destinations', () => {
  it('lists them, pauses and resumes one by a name with a slash', async (t) => {
    const gateway = await operatorCli(t)
    await gateway.post('push')
    const { code, out } = await gateway.run(['destinations'])
    assert.equal(code, 0)
    assert.match(out, /app +active +1 +0/)
    assert.match((await gateway.run(['destinations', 'pause', 'crm/hooks'])).out, /crm\/hooks +paused .*since/)
    const { json } = await gateway.run(['destinations', '--json'])
    assert.deepEqual(
      (json as { name: string; state: string }[]).map(({ name, state }) => [name, state]),
      [
        ['app', 'active'],
        ['crm/hooks', 'paused'],
      ],
    )
    assert.match((await gateway.run(['destinations', 'resume', 'crm/hooks', '--json'])).out, /"state": "active"/)
    const unknown = await gateway.run(['destinations', 'pause', 'nobody'])
    assert.equal(unknown.code, 1)
    assert.match(unknown.err, /no destination "nobody"\.\nThere are: app, crm\/hooks/)
  })
})

describe('posthorn destinations try', () => {
  const crm = {
    name: 'crm',
    configured: true,
    state: 'failing',
    reason: null,
    since: null,
    pending: 3,
    retrying: 1,
    leased: 0,
    dead: 0,
    oldestDueAt: '2026-01-02T11:59:00Z',
    ageSeconds: 60,
  }

  /** A gateway whose destination is so when it is told to try, and so when it is asked after that. */
  async function trying(t: TestContext, ...states: readonly object[]) {
    const asked: string[] = []
    const url = await other(t, ({ method, url = '' }, response) => {
      asked.push(`${method} ${url}`)
      const destination = { ...crm, ...states[Math.min(asked.length, states.length) - 1] }
      const answer = method === 'POST' ? destination : { destinations: [{ ...crm, name: 'app' }, destination] }
      response.setHeader('content-type', 'application/json').end(JSON.stringify(answer))
    })
    return {
      asked,
      run: (...more: string[]) =>
        cli(['destinations', 'try', 'crm', '--url', url, ...more], { env: { ADMIN_TOKEN: token } }),
    }
  }

  it('waits for what comes of it', async (t) => {
    const { asked, run } = await trying(t, {}, {}, { state: 'active', pending: 0, oldestDueAt: null })
    const { code, out } = await run()
    assert.equal(code, 0)
    assert.match(out, /^crm +active/)
    assert.deepEqual(asked, ['POST /api/destinations/crm/try', 'GET /api/destinations', 'GET /api/destinations'])
  })

  it('ends with 1 when it still fails', async (t) => {
    const since = '2026-01-02T12:00:30Z'
    const { run } = await trying(t, {}, { since })
    const { code, json } = await run('--json')
    assert.deepEqual([code, json], [1, { ...crm, since }])
  })

  it('does not wait where there is nothing to try with', async (t) => {
    const { asked, run } = await trying(t, { pending: 0, retrying: 0, oldestDueAt: null })
    const { code, out } = await run()
    assert.deepEqual([code, asked.length], [1, 1])
    assert.match(out, /tried with what is due next/)
  })
})
