import assert from 'node:assert/strict'
import { it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import type { HandlerContext, HandlerEvent } from '../../../src/delivery/define-handler.ts'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import { createHandlerDestination } from '../../../src/delivery/handlers.ts'
import type { AttemptReport } from '../../../src/delivery/report.ts'
import { openSqliteStore } from '../../../src/store/sqlite/store.ts'
import { newEvent } from '../../support/events.ts'
import { tempDir } from '../../support/temp-dir.ts'
import { recordedLog } from './support.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

it('a handler that hangs for ever, deaf to its signal, holds up no other and keeps nothing', async (t) => {
  const events = 5
  const store = await openSqliteStore({ dataDir: tempDir(), dedupRetentionMs: 86_400_000 })
  t.after(() => store.close())
  const hung: { event: WeakRef<HandlerEvent>; context: WeakRef<HandlerContext> }[] = []
  const reasons: unknown[] = []
  const options = { concurrency: 2, timeoutMs: 30, schedule: { delays: [1, 1], jitter: 0 } }
  const handler = createHandlerDestination(
    null,
    (event, context) => {
      hung.push({ event: new WeakRef(event), context: new WeakRef(context) })
      context.signal.addEventListener('abort', ({ target }) => {
        if (target instanceof AbortSignal) reasons.push(target.reason)
      })
      return new Promise(() => {})
    },
    options,
  )
  const deaf = { ...handler, breaker: null }
  const taken: string[] = []
  const other = createHandlerDestination('push', ({ id }) => taken.push(id), options)
  const ids: string[] = []
  for (let n = 0; n < events; n++) {
    const { id } = await store.accept(
      newEvent({ type: 'push', dedupKey: `${n}`, destinations: [deaf.name, other.name] }),
    )
    ids.push(id)
  }
  const given = Promise.withResolvers<void>()
  const reports: AttemptReport[] = []
  const dispatcher = createDispatcher({
    store,
    destinations: [deaf, other],
    log: recordedLog(),
    graceMs: 0,
    observe(report) {
      reports.push(report)
      if (reports.length === events * 4) given.resolve()
    },
  })
  dispatcher.start()
  await given.promise
  await dispatcher.stop()

  assert.deepEqual(taken.toSorted(), ids)
  assert.equal(hung.length, events * 3, 'each event was given to it as often as its schedule says')
  assert.deepEqual([...new Set(reasons.map(String))], ['AttemptTimeoutError: not done within 0.03 s'])
  for (const id of ids) {
    const states = (await store.get(id))?.deliveries.map(({ destination, state }) => [destination, state])
    assert.deepEqual(
      new Map(states as [string, string][]),
      new Map([
        [deaf.name, 'dead'],
        [other.name, 'done'],
      ]),
    )
  }
  reports.length = 0
  await nextTurn()
  collect()
  assert.equal(hung.filter(({ event, context }) => event.deref() ?? context.deref()).length, 0)
})
