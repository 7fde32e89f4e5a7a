import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { cli } from '../../support/cli.ts'
import { webhookSignature } from '../../support/sign.ts'
import { operatorCli } from './operator-support.ts'

const secret = 'a-secret-of-a-good-length'

/** A gateway that has rejected requests: the cause of the genuine ones has been mended since. */
async function rejecting(t: TestContext, requests: readonly { readonly genuine: boolean }[]) {
  const gateway = await operatorCli(t, { WEBHOOK_SECRET: secret })
  const receivedAt = Date.now() - 60_000
  for (const [n, { genuine }] of requests.entries()) {
    const body = `{"id":"evt_${n}"}`
    const signature = webhookSignature(genuine ? secret : 'what-an-attacker-made-up', body)
    const kept = await gateway.store.reject([
      {
        source: 'default',
        cause: 'mismatch',
        detail: null,
        receivedAt: receivedAt + n,
        method: 'POST',
        url: '/webhook/order.paid',
        remoteAddress: '192.0.2.7',
        headers: ['Content-Type', 'application/json', 'X-Webhook-Signature', signature],
        body: Buffer.from(body),
      },
    ])
    assert.equal(kept, 1)
  }
  const { rejections } = await gateway.store.rejections({ limit: 50 })
  return { gateway, ids: rejections.map(({ id }) => id).toReversed() }
}

describe('posthorn release, of some', () => {
  it('takes what is genuine now, and says of the rest why not', async (t) => {
    const { gateway, ids } = await rejecting(t, [{ genuine: true }, { genuine: false }])
    const explained = await gateway.run(['explain', ids[0] ?? ''])
    assert.match(explained.out, new RegExp(`posthorn release ${ids[0]}`))
    const { code, out } = await gateway.run(['release', ...ids, 'rej_00000000000'])
    assert.equal(code, 1)
    const [taken, rejected, unknown] = out.split('\n')
    assert.match(taken ?? '', /✓ rej_\S+ {2}is taken as evt_/)
    assert.match(rejected ?? '', /✗ rej_\S+ {2}It is still rejected: /)
    assert.match(unknown ?? '', /✗ rej_00000000000 {2}There is no such rejected request/)
    assert.equal((await gateway.get('/api/events')).json.events.length, 1)
    assert.equal((await gateway.get('/api/rejections')).json.rejections.length, 1)
  })
})

describe('posthorn release, of many', () => {
  it('counts, wants to be told yes where nobody can be asked, and takes what is genuine', async (t) => {
    const { gateway } = await rejecting(t, [{ genuine: true }, { genuine: true }, { genuine: false }])
    const filter = ['--source', 'default', '--from', '1h']
    const dry = await gateway.run(['release', ...filter, '--dry-run'])
    assert.deepEqual([dry.code, dry.out], [0, '3 rejected requests match, 2 would be taken.\n'])
    const unasked = await gateway.run(['release', ...filter])
    assert.equal(unasked.code, 2)
    assert.match(unasked.err, /3 rejected requests match, 2 would be taken, and nobody is there to ask\nGive --yes/)
    assert.equal((await gateway.get('/api/events')).json.events.length, 0, 'nothing was changed')

    const done = await gateway.run(['release', ...filter, '--yes'])
    assert.equal(done.code, 1, 'one stays rejected')
    assert.match(done.out, /2 rejected requests released, 1 still rejected/)
    assert.equal((await gateway.get('/api/events')).json.events.length, 2)
    assert.match((await gateway.run(['jobs'])).out, /job_\S+ +release +done +3 requests/)
    const none = await gateway.run(['release', '--cause', 'expired', '--yes'])
    assert.deepEqual([none.code, none.out], [1, 'No rejected request matches.\n'])
  })

  it('is as it should be where all of them were taken', async (t) => {
    const { gateway } = await rejecting(t, [{ genuine: true }])
    const done = await gateway.run(['release', '--all', '--yes'])
    assert.deepEqual([done.code, done.out], [0, '✓ 1 rejected request released\n'])
  })

  it('says what makes no sense', async () => {
    for (const [args, expected] of [
      [['release'], /nothing says which rejected requests\nGive their ids, or a filter/],
      [['release', 'rej_1', '--source', 'x'], /ids and --source exclude each other/],
      [['release', 'rej_1', '--dry-run'], /posthorn explain/],
      [['release', '--all', '--cause', 'x'], /--all and a filter/],
      [['release', '--all', '--rate', '1001'], /requests per second, up to 1000/],
    ] as const) {
      const { code, err } = await cli(args)
      assert.equal(code, 2, args.join(' '))
      assert.match(err, expected)
    }
  })
})
