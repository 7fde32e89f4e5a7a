import { after, test } from 'node:test'
import { noRedis, startRedis } from '../support/redis.ts'
import { durable, openOn } from '../support/redis-store.ts'
import { clockContract } from './clock.contract.ts'
import { replicasContract } from './replicas.contract.ts'
import { patientMs, storeContract } from './store.contract.ts'
import type { Harness } from './support.ts'

if (noRedis === false) {
  const { url } = await startRedis({ after }, ...durable())
  let turn = 0
  const createHarness = (): Harness => {
    turn++
    const prefix = `contract-${turn}`
    return { open: (options) => openOn(url, { prefix, timeoutMs: patientMs, ...options }) }
  }
  storeContract('redis', createHarness)
  replicasContract('redis', createHarness)
  clockContract('redis', createHarness)
} else {
  test('redis: the contract', { skip: noRedis }, () => {})
}
