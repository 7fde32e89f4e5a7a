import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runInNewContext } from 'node:vm'
import { collectGarbage } from '../../src/collect-garbage.ts'

it('collects what nobody holds, and leaves nobody the means to', async () => {
  const gone = Promise.withResolvers<string>()
  const registry = new FinalizationRegistry<string>(gone.resolve)
  registry.register({}, 'collected')
  await Promise.resolve()
  const alive = setInterval(() => {}, 1000)
  collectGarbage()
  assert.equal(await gone.promise, 'collected')
  clearInterval(alive)
  assert.equal(typeof Reflect.get(globalThis, 'gc'), 'undefined')
  assert.equal(runInNewContext('typeof gc'), 'undefined')
})
