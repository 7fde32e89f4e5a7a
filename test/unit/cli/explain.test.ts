import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { github, order, secrets, stripe } from '../../diagnosis/senders.ts'
import { cli } from '../../support/cli.ts'
import { startGateway } from '../../support/gateway.ts'
import { send } from '../../support/http.ts'
import { webhookSignature } from '../../support/sign.ts'
import { tempDir } from '../../support/temp-dir.ts'

const env = { GITHUB_WEBHOOK_SECRET: secrets.github }
const eol = '\r\n'

interface Told {
  readonly cause: string
  readonly genuine: boolean
  readonly bytes: number
  readonly source: string
  readonly notes: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
}

function raw(headers: Readonly<Record<string, string>>, body: string, path = '/webhook/github', breaks = eol): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`POST ${path} HTTP/1.1`, 'Host: hooks.example.com', ...lines, '', body].join(breaks)
}

async function explain(args: readonly string[], options: Parameters<typeof cli>[1] = {}) {
  const { code, out, err } = await cli(['explain', ...args, '--json'], { env, ...options })
  const told: Told | null = out === '' ? null : JSON.parse(out)
  return { code, err, told }
}

function file(name: string, content: string | Uint8Array): string {
  const path = join(tempDir(), name)
  writeFileSync(path, content)
  return path
}

describe('posthorn explain, of a raw request', () => {
  it('says that a right one is genuine, and ends with 0', async () => {
    const { headers, body } = await github()
    for (const breaks of ['\r\n', '\n']) {
      const { code, told } = await explain([file('right.http', raw(headers, body, undefined, breaks))])
      assert.deepEqual([code, told?.cause, told?.genuine, told?.bytes], [0, 'genuine', true, Buffer.byteLength(body)])
    }
  })

  it('says what is wrong, for people too, and ends with 1', async () => {
    const { headers, body } = await github()
    const path = file('wrong.http', raw(headers, JSON.stringify(JSON.parse(body), null, 2)))
    const { code, told } = await explain([path])
    assert.deepEqual([code, told?.cause], [1, 'body_reserialised'])
    const people = await cli(['explain', path], { env })
    assert.match(people.out, /^rejected {2}body_reserialised\nThe signature is right for the same body/)
    assert.ok(!people.out.includes(secrets.github.slice(0, 8)))
  })

  it('leaves out what an editor put after the body, and says so', async () => {
    const { headers, body } = await github()
    const length = String(Buffer.byteLength(body))
    const { code, told } = await explain(['-'], { stdin: `${raw({ ...headers, 'Content-Length': length }, body)}\n` })
    assert.deepEqual([code, told?.cause], [0, 'genuine'])
    assert.match(told?.notes[0] ?? '', /1 bytes after the/)
  })

  it('puts chunks together', async () => {
    const { headers, body } = await github()
    const bytes = Buffer.from(body)
    const half = 100
    const chunk = (part: Buffer) => `${part.length.toString(16)}${eol}${part.toString('latin1')}${eol}`
    const chunked = `${chunk(bytes.subarray(0, half))}${chunk(bytes.subarray(half))}0${eol}${eol}`
    const text = raw({ ...headers, 'Transfer-Encoding': 'chunked' }, chunked)
    const { told } = await explain([file('chunked.http', Buffer.from(text, 'latin1'))])
    assert.equal(told?.cause, 'genuine')
  })

  it('judges its time only when it is told when it came', async () => {
    const { headers, body, nowSeconds } = stripe()
    const path = file('stripe.http', raw(headers, body, '/webhook/stripe'))
    const options = { env: { STRIPE_WEBHOOK_SECRET: secrets.stripe } }
    const unknown = await explain([path], options)
    assert.deepEqual([unknown.code, unknown.told?.cause], [0, 'genuine'])
    assert.match(unknown.told?.notes[0] ?? '', /--received/)
    const late = await explain([path, '--received', new Date((nowSeconds + 5000) * 1000).toISOString()], options)
    assert.deepEqual([late.code, late.told?.cause], [1, 'timestamp_past'])
    assert.equal(
      (await explain([path, '--received', new Date((nowSeconds + 5) * 1000).toISOString()], options)).code,
      0,
    )
  })

  it('takes provider and secret from the command line', async () => {
    const { headers, body } = stripe()
    const path = file('elsewhere.http', raw(headers, body, '/hooks/payments'))
    const secret = file('secret', `${secrets.stripe}\n`)
    const right = await explain([path, '--provider', 'stripe', '--secret-file', secret], { env: {} })
    assert.deepEqual([right.code, right.told?.source], [0, 'stripe (Stripe)'])
    const wrong = await explain([path, '--provider', 'stripe', '--secret-file', file('other', 'whsec_of-another')], {
      env: {},
    })
    assert.deepEqual([wrong.code, wrong.told?.cause], [1, 'other_environment'])
  })
})

describe('posthorn explain, of a command for curl', () => {
  it('takes it in quotes, from a file, and as browsers quote it', async () => {
    const { headers, body } = await github(order.replaceAll("'", ''))
    const head = Object.entries(headers).map(([name, value]) => `-H '${name}: ${value}'`)
    const plain = `curl -sS 'https://hooks.example.com/webhook/github' \\\n  ${head.join(' \\\n  ')} --data-raw '${body}'`
    const ansi = body.replace(/[^\p{ASCII}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const browser = `curl 'https://hooks.example.com/webhook/github' ${head.join(' ')} --data-raw $'${ansi}'`
    for (const text of [plain, browser]) {
      assert.equal((await explain([text])).told?.cause, 'genuine', text)
      assert.equal((await explain([file('request.sh', text)])).told?.cause, 'genuine')
    }
  })

  it('reads what curl would read, as curl would', async () => {
    const text = '{\n "a": 1\n}\n'
    const path = file('body.json', text)
    const cut = text.replaceAll('\n', '')
    const signed = async (body: string) => (await github(body)).headers['x-hub-signature-256']
    const cases = [
      [`--data-binary @${path}`, text],
      [`-d @${path}`, cut],
      ["-d a=1 -d 'b=2 3'", 'a=1&b=2 3'],
      ["--data-urlencode 'a=x y&z'", 'a=x%20y%26z'],
      [`--json '{"a":1}'`, '{"a":1}'],
    ]
    for (const [option = '', body = ''] of cases) {
      const command = `curl localhost:3000/webhook/github -H 'X-Hub-Signature-256: ${await signed(body)}' ${option}`
      assert.equal((await explain([command])).told?.cause, 'genuine', option)
    }
  })

  it('says what is wrong with it', async () => {
    const cases: readonly [string, RegExp][] = [
      ['curl -H a:b', /no URL/],
      ['curl http://localhost/webhook/github?a=1&b=2', /"&" outside quotes/],
      ["curl http://localhost/webhook/github -F 'a=b'", /multipart/],
      ['curl http://localhost/webhook/github -d', /ends after -d/],
      ["curl http://localhost/webhook/github -d '@/nowhere'", /no such file/],
    ]
    for (const [text, error] of cases) {
      const { code, err } = await explain([text])
      assert.equal(code, 2, text)
      assert.match(err, error)
    }
  })
})

describe('posthorn explain, of an HTTP archive', () => {
  it('takes its request, and when it was made', async () => {
    const { headers, body, nowSeconds } = stripe()
    const list = Object.entries(headers).map(([name, value]) => ({ name, value }))
    const request = {
      method: 'POST',
      url: 'https://hooks.example.com/webhook/stripe',
      headers: [{ name: ':authority', value: 'hooks.example.com' }, ...list],
      postData: { mimeType: 'application/json', text: body },
    }
    const at = (seconds: number) => ({ startedDateTime: new Date(seconds * 1000).toISOString(), request })
    const page = { startedDateTime: '2025-01-01', request: { method: 'GET', url: 'https://example.com/', headers: [] } }
    const har = (entries: readonly object[]) => file('a.har', JSON.stringify({ log: { version: '1.2', entries } }))
    const options = { env: { STRIPE_WEBHOOK_SECRET: secrets.stripe } }
    assert.equal((await explain([har([page, at(nowSeconds)])], options)).told?.cause, 'genuine')
    const two = har([at(nowSeconds), at(nowSeconds + 8000)])
    const asked = await explain([two], options)
    assert.equal(asked.code, 2)
    assert.match(asked.err, /has 2 requests; say which with --entry\n {2}1 {2}POST/)
    assert.equal((await explain([two, '--entry', '2'], options)).told?.cause, 'timestamp_past')
    assert.equal((await explain([two, '--entry', '3'], options)).code, 2)
  })
})

describe('posthorn explain', () => {
  it('says what is wrong with what it is given', async () => {
    const { headers, body } = await github()
    const here = file('right.http', raw(headers, body))
    const cases: readonly [readonly string[], Readonly<Record<string, string>>, RegExp][] = [
      [['/nowhere.http'], env, /there is no such file/],
      [[file('empty', '')], env, /is empty/],
      [[file('strange', 'hello')], env, /is no request that can be read/],
      [[file('header', 'POST / HTTP/1.1\nno header')], env, /line 2 is no header/],
      [[here], {}, /no secret to judge it with/],
      [
        [here],
        { GITHUB_WEBHOOK_SECRET: '' },
        /the settings here cannot be used\nGITHUB_WEBHOOK_SECRET: is set but empty/,
      ],
      [[here, '--source', 'stripe'], env, /there is no source "stripe"/],
      [[here, '--provider', 'githb'], env, /did you mean "github"/],
      [[here, '--received', 'yesterday'], env, /Give a time \(2026/],
      [
        [file('path.http', raw(headers, body, '/hooks'))],
        { ...env, WEBHOOK_SECRET: 'x'.repeat(20) },
        /Say it with --source: github or default/,
      ],
    ]
    for (const [args, settings, error] of cases) {
      const { code, err } = await explain(args, { env: settings })
      assert.deepEqual([code, error.test(err)], [2, true], `${args.join(' ')}: ${err}`)
    }
  })

  it('asks a gateway for a request that it refused or took', async (t) => {
    const secret = 'a-secret-of-a-good-length'
    const token = 'f00dcafe'.repeat(8)
    const gateway = await startGateway(t, { WEBHOOK_SECRET: `${secret}\n`, ADMIN_TOKEN: token })
    const body = '{"id":"evt_1","type":"order.created"}'
    const post = (signed: string) =>
      send(gateway.port, {
        path: '/webhook/order.created',
        headers: { 'X-Webhook-Signature': webhookSignature(signed, body) },
        body,
      })
    assert.equal((await post(secret)).status, 401)
    const taken = await post(`${secret}\n`)
    const list = async () => {
      const { json } = await send(gateway.port, {
        method: 'GET',
        path: '/api/rejections',
        headers: { authorization: `Bearer ${token}` },
      })
      return (json as { rejections: { id: string }[] }).rejections
    }
    let kept = await list()
    for (let turns = 0; kept.length === 0 && turns < 500; turns += 1) kept = await list()
    const options = { env: { ADMIN_TOKEN: token } }
    const refused = await explain([kept[0]?.id ?? '', '--url', gateway.url], options)
    assert.deepEqual([refused.code, refused.told?.cause], [1, 'secret_white_space'])
    const { id } = taken.json as { id: string }
    const fine = await cli(['explain', id, '--url', gateway.url], options)
    assert.deepEqual([fine.code, /^genuine\nIt was taken as order.created/.test(fine.out)], [0, true], fine.out)
    const unknown = await explain(['rej_00000000000', '--url', gateway.url], options)
    assert.deepEqual([unknown.code, /There is no such rejected request/.test(unknown.err)], [1, true], unknown.err)
    const stranger = await explain([id, '--url', gateway.url], { env: {} })
    assert.match(stranger.err, /wants the operator's token/)
    await gateway.stop()
    assert.equal((await explain([id, '--url', gateway.url], options)).code, 3)
  })
})
