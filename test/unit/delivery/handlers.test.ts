import assert from 'node:assert/strict'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import {
  defineHandler,
  type Handler,
  type HandlerContext,
  type HandlerEvent,
} from '../../../src/delivery/define-handler.ts'
import { HandlerError } from '../../../src/delivery/handler-files.ts'
import { createHandlerDestination, loadHandlers } from '../../../src/delivery/handlers.ts'
import { context, event, recordedLog, START } from './support.ts'

const options = { concurrency: 1, timeoutMs: 1_000, schedule: { delays: [], jitter: 0 } }
const nothing = 'export default () => {}\n'

async function directory(t: TestContext, files: Record<string, string>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'handlers-'))
  t.after(() => rm(root, { recursive: true, force: true }))
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await writeFile(join(root, name), text)
  }
  return root
}

const names = async (root: string) => (await loadHandlers(root, options)).map(({ name }) => name).sort()

async function refused(root: string, message: RegExp): Promise<void> {
  await assert.rejects(loadHandlers(root, options), (error) => {
    assert.ok(error instanceof HandlerError)
    assert.match(error.message, message)
    return true
  })
}

describe('loading handlers', () => {
  it('finds none where there is no directory', async (t) => {
    assert.deepEqual(await names(join(await directory(t, {}), 'missing')), [])
  })

  it('takes the type from the path, and leaves everything else alone', async (t) => {
    const root = await directory(t, {
      'user.created.ts': 'import type { X } from "./_lib/x.ts"\nexport default async (event: X): Promise<void> => {}\n',
      '_lib/x.ts': 'export type X = unknown\nthrow new Error("not a handler")\n',
      'orders/create.mjs': nothing,
      'orders/deep/er.js': nothing,
      '_all.ts': nothing,
      '_helper.ts': 'throw new Error("not a handler")\n',
      'user.created.test.ts': 'throw new Error("a test")\n',
      'types.d.ts': 'export type Y = 1\n',
      'README.md': 'text',
      '.hidden.ts': 'throw new Error("hidden")\n',
      'node_modules/x.js': 'throw new Error("a package")\n',
    })
    assert.deepEqual(await names(root), [
      'handler:_all',
      'handler:orders/create',
      'handler:orders/deep/er',
      'handler:user.created',
    ])
  })

  it('follows a link to a file, as mounted configuration has them', async (t) => {
    const root = await directory(t, { '..data/paid.js': nothing })
    await symlink(join(root, '..data/paid.js'), join(root, 'paid.js'))
    assert.deepEqual(await names(root), ['handler:paid'])
  })

  it('matches its own type only, and _all every one', async (t) => {
    const root = await directory(t, { 'a/b.ts': nothing, '_all.ts': nothing })
    const [all, one] = (await loadHandlers(root, options)).toSorted((a, b) => a.name.localeCompare(b.name))
    assert.equal(one?.matches({ source: 's', type: 'a/b' }), true)
    assert.equal(one?.matches({ source: 's', type: 'a/bc' }), false)
    assert.equal(all?.matches({ source: 's', type: 'whatever' }), true)
  })

  it('refuses a file that exports no function, naming it', async (t) => {
    await refused(
      await directory(t, { 'a.ts': 'export const handler = () => {}\n' }),
      /a\.ts has no function as default/,
    )
    await refused(await directory(t, { 'b.ts': 'export default { handler: 1 }\n' }), /b\.ts has no function/)
  })

  it('refuses a file that cannot be loaded, naming it and the reason', async (t) => {
    await refused(
      await directory(t, { 'a.ts': 'throw new Error("no database\\nsecond line")\n' }),
      /a\.ts cannot be loaded: no database$/,
    )
    await refused(await directory(t, { 'b.ts': 'export default (\n' }), /b\.ts cannot be loaded/)
  })

  it('refuses two files for one type, and _all below the top', async (t) => {
    await refused(await directory(t, { 'a.ts': nothing, 'a.js': nothing }), /a\.js and .*a\.ts handle the same/)
    await refused(await directory(t, { 'sub/_all.ts': nothing }), /sub\/_all\.ts/)
  })

  it('refuses a link that leads nowhere, naming it', async (t) => {
    const root = await directory(t, {})
    await symlink(join(root, 'gone.ts'), join(root, 'a.ts'))
    await refused(root, /a\.ts cannot be read \(ENOENT\)/)
  })

  it('refuses a directory that is none', async (t) => {
    const root = await directory(t, { file: '' })
    await refused(join(root, 'file'), /ENOTDIR/)
  })
})

describe('a handler', () => {
  const outcomeOf = (handler: Handler, overrides: Parameters<typeof context>[0] = {}) =>
    createHandlerDestination('user.created', handler, options).attempt(event(), context(overrides))

  it('gets the event and the circumstances of the attempt', async () => {
    const log = recordedLog()
    let seen: [HandlerEvent, HandlerContext] | null = null
    const body = Buffer.from('{"name":"Zoë"}')
    const handler = defineHandler((one, circumstances) => {
      seen = [one, circumstances]
      circumstances.log.info({ more: 1 }, 'working')
    })
    const outcome = await createHandlerDestination('user.created', handler, options).attempt(
      event({ body, headers: ['X-A', '1'] }),
      context({ attempt: 4, log }),
    )
    assert.deepEqual(outcome, { result: 'delivered', status: null })
    assert.ok(seen !== null)
    const [one, circumstances]: [HandlerEvent, HandlerContext] = seen
    assert.equal(one.id, 'evt_1')
    assert.equal(one.source, 'acme')
    assert.equal(one.type, 'user.created')
    assert.deepEqual(one.receivedAt, new Date(START))
    assert.equal(one.headers['x-a'], '1')
    assert.deepEqual(one.body, body)
    assert.deepEqual(one.json(), { name: 'Zoë' })
    assert.equal(one.text(), '{"name":"Zoë"}')
    one.body.fill(0)
    assert.equal(body.toString(), '{"name":"Zoë"}', 'a handler that writes into its copy changes nothing else')
    assert.equal(circumstances.attempt, 4)
    assert.equal(circumstances.idempotencyKey, 'evt_1')
    assert.deepEqual(circumstances.deadline, new Date(START + 15_000))
    assert.equal(circumstances.traceparent, `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`)
    assert.equal(circumstances.tracestate, null)
    assert.deepEqual(log.lines, [
      { eventId: 'evt_1', destination: 'handler:user.created', attempt: 4, more: 1, level: 'info', message: 'working' },
    ])
  })

  for (const [what, handler, error] of [
    [
      'throws at once',
      () => {
        throw new Error('no such user\n  at line 2')
      },
      'no such user',
    ],
    [
      'rejects',
      async () => {
        throw new TypeError('rejected')
      },
      'rejected',
    ],
    ['rejects with nothing', () => Promise.reject(), 'no error given'],
    [
      'throws a string',
      () => {
        throw 'just text'
      },
      'just text',
    ],
    [
      'throws an object with a hostile toString',
      () => {
        throw {
          toString() {
            throw new Error('gotcha')
          },
        }
      },
      'something that is not an Error was thrown',
    ],
    [
      'throws an error without a message',
      () => {
        throw Object.assign(new Error(''), { code: 'EPIPE' })
      },
      'EPIPE',
    ],
  ] satisfies [string, Handler, string][]) {
    it(`that ${what} has failed`, async () => {
      const outcome = await outcomeOf(handler)
      assert.ok(outcome.result === 'failed')
      assert.equal(outcome.error, error)
      assert.equal(outcome.status, null)
    })
  }

  it('that waits for ever has failed once its signal aborts', async () => {
    const controller = new AbortController()
    const outcome = outcomeOf(() => new Promise(() => {}), { signal: controller.signal })
    controller.abort(new Error('not done within 15 s'))
    const ended = await outcome
    assert.ok(ended.result === 'failed')
    assert.equal(ended.error, 'not done within 15 s')
  })

  it('is not quoted the payload when that is not JSON', async () => {
    const body = Buffer.from('secret text')
    const destination = createHandlerDestination(null, (one) => one.json(), options)
    const outcome = await destination.attempt(event({ body }), context())
    assert.ok(outcome.result === 'failed')
    assert.equal(outcome.error, 'the body of this event is not JSON')
    assert.doesNotMatch(String(outcome.cause), /secret/)
  })
})
