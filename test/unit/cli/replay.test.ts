import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { progressLine } from '../../../src/cli/show/progress.ts'
import { cli } from '../../support/cli.ts'
import { operatorCli } from './operator-support.ts'

describe('posthorn replay, of some', () => {
  it('delivers each again, and says of which there is none', async (t) => {
    const gateway = await operatorCli(t)
    const ids = [await gateway.post('push'), await gateway.post('push')]
    await gateway.settle('app', 'done')
    await gateway.settle('crm/hooks', 'done')
    const { code, out } = await gateway.run(['replay', ...ids])
    assert.equal(code, 0, out)
    assert.equal((await gateway.get('/api/deliveries?state=pending')).json.deliveries.length, 4)

    const some = await gateway.run(['replay', 'evt_00000000001', ids[0] ?? '', '--to', 'app', '--json'])
    assert.equal(some.code, 1)
    assert.deepEqual(
      (some.json as { ok: boolean }[]).map(({ ok }) => ok),
      [false, true],
    )
    const nowhere = await gateway.run(['replay', ids[0] ?? '', '--to', 'nobody'])
    assert.deepEqual([nowhere.code, /no destination "nobody"/.test(nowhere.out)], [1, true])
  })
})

describe('posthorn replay, of many', () => {
  it('counts, wants to be told yes where nobody can be asked, and does what the filter says', async (t) => {
    const gateway = await operatorCli(t)
    for (let n = 0; n < 3; n++) await gateway.post(n === 2 ? 'paid' : 'push', `{"n":${n}}`)
    await gateway.settle('app', 'dead')
    const filter = ['--state', 'dead', '--type', 'push', '--from', '1h']
    const dry = await gateway.run(['replay', ...filter, '--dry-run'])
    assert.deepEqual([dry.code, dry.out], [0, '2 deliveries match.\n'])
    const unasked = await gateway.run(['replay', ...filter])
    assert.equal(unasked.code, 2)
    assert.match(unasked.err, /2 deliveries would be replayed, and nobody is there to ask\nGive --yes/)
    assert.equal((await gateway.get('/api/deliveries?state=dead')).json.deliveries.length, 3, 'nothing was changed')

    const done = await gateway.run(['replay', ...filter, '--yes'])
    assert.deepEqual([done.code, done.out], [0, '✓ 2 deliveries replayed\n'])
    assert.equal((await gateway.get('/api/deliveries?state=dead')).json.deliveries.length, 1)
    const none = await gateway.run(['replay', '--state', 'dead', '--source', 'nobody', '--yes'])
    assert.deepEqual([none.code, none.out], [1, 'No delivery matches.\n'])
  })

  it('moves to another destination, and discards', async (t) => {
    const gateway = await operatorCli(t)
    await gateway.post('push')
    await gateway.settle('app', 'dead')
    await gateway.settle('crm/hooks', 'done')
    const moved = await gateway.run(['replay', '--state', 'dead', '--to', 'crm/hooks', '--move', '--yes', '--json'])
    assert.equal((moved.json as { state: string }).state, 'done')
    const states = async () =>
      (await gateway.get('/api/deliveries')).json.deliveries.map(
        ({ destination, state }: Record<string, string>) => `${destination} ${state}`,
      )
    assert.deepEqual((await states()).toSorted(), ['app discarded', 'crm/hooks pending'])
    assert.equal((await gateway.run(['discard', '--state', 'pending', '--yes'])).out, '✓ 1 delivery discarded\n')
    assert.deepEqual((await states()).toSorted(), ['app discarded', 'crm/hooks discarded'])
  })

  it('is stopped by an interrupt; what it had not reached stays as it was', async (t) => {
    const gateway = await operatorCli(t)
    for (let n = 0; n < 20; n++) await gateway.post('push')
    await gateway.settle('app', 'dead')
    const running = gateway.start(['replay', '--state', 'dead', '--rate', '0.1', '--yes'])
    let jobs: { state: string }[] = []
    while (jobs.length === 0) {
      await nextTurn()
      jobs = (await gateway.get('/api/jobs')).json.jobs
    }
    assert.match((await gateway.run(['jobs'])).out, /job_\S+ +replay +running +\d+ deliver/)
    running.interrupt()
    const { code, out } = await running.done
    assert.equal(code, 1)
    assert.match(out, /stopped: \d+ deliver(?:y|ies) replayed, the others are as they were/)
    assert.equal((await gateway.get('/api/jobs')).json.jobs[0].state, 'cancelled')
    assert.ok((await gateway.get('/api/deliveries?state=dead')).json.deliveries.length >= 18)
  })

  it('is stopped from elsewhere', async (t) => {
    const gateway = await operatorCli(t)
    for (let n = 0; n < 5; n++) await gateway.post('push')
    await gateway.settle('app', 'dead')
    const running = gateway.start(['replay', '--state', 'dead', '--rate', '0.1', '--yes'])
    let jobs: { id: string }[] = []
    while (jobs.length === 0) jobs = (await gateway.run(['jobs', '--json'])).json as { id: string }[]
    const [{ id = '' } = {}] = jobs
    assert.match((await gateway.run(['jobs', 'cancel', id])).out, /replay +cancelled/)
    const { code, out } = await running.done
    assert.equal(code, 1)
    assert.match(out, /stopped/)
    assert.equal((await gateway.run(['jobs', 'cancel', id])).code, 1)
    assert.equal((await gateway.run(['jobs', 'cancel', 'job_unknown'])).code, 1)
  })

  it('says what makes no sense', async () => {
    for (const [args, expected] of [
      [['replay'], /nothing says which deliveries\nGive the ids of events, or a filter/],
      [['discard'], /nothing says which deliveries/],
      [['replay', 'evt_1', '--state', 'dead'], /ids and --state exclude each other/],
      [['replay', 'evt_1', '--dry-run'], /leave it out with ids/],
      [['replay', '--all', '--type', 'x'], /--all and a filter/],
      [['replay', '--state', 'dead', '--move'], /--move: say where to/],
      [['replay', '--state', 'dead', '--rate', '0'], /deliveries per second/],
    ] as const) {
      const { code, err } = await cli(args)
      assert.equal(code, 2, args.join(' '))
      assert.match(err, expected)
    }
  })
})

describe('a progress bar', () => {
  it('says how much is done, and how long it takes', () => {
    assert.equal(progressLine(250, 1_000, 10_000), `${'█'.repeat(6)}${'░'.repeat(18)}  250 of 1,000  25 %, 30 s left`)
    assert.equal(progressLine(0, 1_000, 0), `${'░'.repeat(24)}  0 of 1,000  0 %`)
    assert.match(progressLine(1_200, 1_000, 10_000), /1,200 of 1,200 {2}100 %/)
  })
})
