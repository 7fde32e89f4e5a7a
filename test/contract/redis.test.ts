import { after, test } from 'node:test'
import { noRedis, startRedis } from '../support/redis.ts'
import { durable, openOn } from '../support/redis-store.ts'
import { patientMs, storeContract } from './store.contract.ts'

if (noRedis === false) {
  const { url } = await startRedis({ after }, ...durable())
  let turn = 0
  storeContract('redis', () => {
    turn++
    const prefix = `contract-${turn}`
    return { open: (options) => openOn(url, { prefix, timeoutMs: patientMs, ...options }) }
  })
} else {
  test('redis: the contract', { skip: noRedis }, () => {})
}
