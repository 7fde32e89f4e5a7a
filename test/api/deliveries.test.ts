import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { newEvent } from '../support/events.ts'
import { type Api, openApi } from './support.ts'

/** Ends what is due for a destination. */
async function settleAll({ store }: Api, destination: string, outcome: 'done' | 'dead'): Promise<void> {
  const { leases } = await store.claim([{ destination, limit: 100, leaseMs: 60_000 }], Date.now() + 1)
  const settlements = leases.map(({ attempt, event }) => ({
    eventId: event.id,
    destination,
    attempt,
    outcome,
    status: outcome === 'done' ? 200 : 500,
    error: outcome === 'done' ? null : 'it answered 500',
  }))
  await store.settle(settlements, Date.now())
}

async function ended(api: Api, id: string): Promise<{ state: string; count: number }> {
  for (;;) {
    const { json } = await api.get(`/api/jobs/${id}`)
    if (json.state !== 'running') return json
    await nextTurn()
  }
}

describe('dead letters', () => {
  it('are listed, counted, and replayed by filter', async (t) => {
    const api = await openApi(t)
    for (let n = 0; n < 3; n += 1) await api.post(n === 2 ? 'paid' : 'push', `{"n":${n}}`)
    await settleAll(api, 'app', 'dead')
    await settleAll(api, 'crm/hooks', 'done')

    const { json } = await api.get('/api/deliveries?state=dead&limit=2')
    assert.equal(json.deliveries.length, 2)
    assert.equal(json.deliveries[0].type, 'paid')
    assert.equal(json.deliveries[0].lastError, 'it answered 500')
    assert.equal((await api.get(`/api/deliveries?state=dead&cursor=${json.next}`)).json.deliveries.length, 1)

    const filter = { state: 'dead', destination: 'app', type: 'push' }
    const dry = await api.send('POST', '/api/jobs', { kind: 'replay', filter, dryRun: true })
    assert.deepEqual([dry.status, dry.json], [200, { matching: 2 }])
    assert.equal((await api.get('/api/deliveries?state=dead')).json.deliveries.length, 3, 'nothing was changed')

    const started = await api.send('POST', '/api/jobs', { kind: 'replay', filter, ratePerSecond: 1_000 })
    assert.equal(started.status, 202)
    assert.deepEqual(await ended(api, started.json.id).then(({ state, count }) => [state, count]), ['done', 2])
    assert.equal((await api.get('/api/deliveries?state=dead')).json.deliveries.length, 1)
    assert.equal((await api.get('/api/deliveries?state=pending&destination=app')).json.deliveries.length, 2)
  })

  it('can be moved to another destination, or discarded', async (t) => {
    const api = await openApi(t)
    await api.post('push')
    await api.post('paid')
    await settleAll(api, 'app', 'dead')
    await settleAll(api, 'crm/hooks', 'done')
    const move = { kind: 'replay', filter: { state: 'dead', type: 'push' }, destination: 'crm/hooks', move: true }
    await ended(api, (await api.send('POST', '/api/jobs', move)).json.id)
    const discard = { kind: 'discard', filter: { state: 'dead' } }
    const { count } = await ended(api, (await api.send('POST', '/api/jobs', discard)).json.id)
    assert.equal(count, 1)
    const states = async (destination: string) =>
      (await api.get(`/api/deliveries?destination=${encodeURIComponent(destination)}`)).json.deliveries.map(
        ({ type, state }: Record<string, string>) => `${type} ${state}`,
      )
    assert.deepEqual(await states('app'), ['paid discarded', 'push discarded'])
    assert.deepEqual(await states('crm/hooks'), ['paid done', 'push pending'])
    assert.equal((await api.get('/api/jobs')).json.jobs.length, 2)
  })

  it('are left alone by a request that makes no sense', async (t) => {
    const api = await openApi(t)
    for (const [body, status, expected] of [
      [{ kind: 'replay' }, 400, /filter/],
      [{ kind: 'explode', filter: {} }, 400, /kind/],
      [{ kind: 'replay', filter: { state: 'lost' } }, 400, /filter.state/],
      [{ kind: 'replay', filter: {}, ratePerSecond: 0 }, 400, /ratePerSecond/],
      [{ kind: 'replay', filter: { from: 'soon' } }, 400, /from/],
      [{ kind: 'replay', filter: {}, destination: 'nowhere' }, 404, /nowhere/],
      [{ kind: 'replay', filter: {}, move: true }, 400, /move/],
      [{ kind: 'discard', filter: {}, destination: 'app' }, 400, /discard/],
    ] as const) {
      const answer = await api.send('POST', '/api/jobs', body)
      assert.equal(answer.status, status, JSON.stringify(body))
      assert.match(answer.json.error, expected)
    }
    assert.equal((await api.get('/api/jobs/job_none')).status, 404)
    assert.equal((await api.send('DELETE', '/api/jobs/job_none')).status, 404)
  })

  it('of a job that was cancelled stay as they were', async (t) => {
    const api = await openApi(t)
    for (let n = 0; n < 5; n += 1) await api.post('push', `{"n":${n}}`)
    await settleAll(api, 'app', 'dead')
    const filter = { state: 'dead' }
    const { json } = await api.send('POST', '/api/jobs', { kind: 'replay', filter, ratePerSecond: 0.001 })
    const cancelled = await api.send('DELETE', `/api/jobs/${json.id}`)
    assert.deepEqual([cancelled.status, cancelled.json.state], [200, 'cancelled'])
    assert.equal((await api.send('DELETE', `/api/jobs/${json.id}`)).status, 409)
    assert.ok((await api.get('/api/deliveries?state=dead')).json.deliveries.length >= 4)
  })
})

describe('a destination', () => {
  it('is shown with what waits for it', async (t) => {
    const api = await openApi(t)
    await api.post('push')
    await settleAll(api, 'app', 'dead')
    const { json } = await api.get('/api/destinations')
    const [app, crm] = json.destinations
    assert.deepEqual([app.name, app.state, app.pending, app.dead, app.oldestDueAt], ['app', 'active', 0, 1, null])
    assert.deepEqual([crm.name, crm.state, crm.pending, crm.dead, crm.configured], ['crm/hooks', 'active', 1, 0, true])
    assert.ok(crm.oldestDueAt)
  })

  it('is paused and resumed, whatever is in its name', async (t) => {
    const api = await openApi(t)
    await api.post('push')
    const name = encodeURIComponent('crm/hooks')
    const due = async () =>
      (await api.store.claim([{ destination: 'crm/hooks', limit: 1, leaseMs: 1 }], Date.now() + 1)).leases.length
    const paused = await api.send('POST', `/api/destinations/${name}/pause`)
    assert.deepEqual([paused.status, paused.json.state], [200, 'paused'])
    assert.ok(paused.json.since)
    assert.equal(await due(), 0)
    assert.equal((await api.send('POST', `/api/destinations/${name}/resume`)).json.state, 'active')
    assert.equal(await due(), 1)
    assert.equal((await api.send('POST', '/api/destinations/nowhere/pause')).status, 404)
  })

  it('that has nothing to be tried for says what to do instead', async (t) => {
    const api = await openApi(t)
    await api.store.accept(newEvent({ destinations: ['moved'] }))
    await api.send('POST', '/api/destinations/crm%2Fhooks/pause')
    const refused = async (name: string) => {
      const { status, json } = await api.send('POST', `/api/destinations/${name}/try`)
      return `${status} ${json.error}`
    }
    assert.match(await refused('app'), /^409 app is not left alone: .*replay/)
    assert.match(await refused('crm%2Fhooks'), /^409 crm\/hooks is paused: resume it/)
    assert.match(await refused('moved'), /^409 moved is in no setting any more.*: move or discard/)
    assert.match(await refused('nowhere'), /^404 /)
    await api.store.setDestination('app', { disabled: 'it answered 410 (gone)' }, Date.now())
    assert.match(await refused('app'), /^409 app is disabled: enable it/)
  })

  it('that said it is gone is enabled again', async (t) => {
    const api = await openApi(t)
    await api.store.setDestination('app', { disabled: 'it answered 410 (gone)' }, Date.now())
    const { json } = await api.get('/api/destinations')
    assert.deepEqual([json.destinations[0].state, json.destinations[0].reason], ['disabled', 'it answered 410 (gone)'])
    assert.equal((await api.send('POST', '/api/destinations/app/enable')).json.state, 'active')
  })
})
