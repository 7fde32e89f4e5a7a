import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { durabilityWarnings, type RedisQuestions } from '../../../src/delivery/queue-durability.ts'

const kept = { appendonly: 'yes', appendfsync: 'always', 'maxmemory-policy': 'noeviction' }

function redis(settings: Readonly<Record<string, string>> | null, info: string | null = null): RedisQuestions {
  return {
    async config(_get, name) {
      if (settings === null) throw new Error("NOPERM this user has no permissions to run the 'config|get' command")
      const value = settings[name]
      return value === undefined ? [] : [name, value]
    },
    async info() {
      if (info === null) throw new Error("ERR unknown command 'info'")
      return info
    },
  }
}

describe('what a Redis may lose', () => {
  it('is nothing where it writes each job to disk and removes none', async () => {
    assert.deepEqual(await durabilityWarnings(redis(kept)), [])
  })

  it('is said in words, one line for each way', async () => {
    for (const [more, said] of [
      [{ appendonly: 'no' }, /^it writes no log \(appendonly no\).*set appendonly yes and appendfsync always$/],
      [{ appendfsync: 'everysec' }, /^a crash loses the jobs of up to a second/],
      [{ appendfsync: 'no' }, /^a crash loses the jobs of up to half a minute/],
      [{ 'maxmemory-policy': 'volatile-lru' }, /^maxmemory-policy is volatile-lru: .*noeviction$/],
    ] as const) {
      const warnings = await durabilityWarnings(redis({ ...kept, ...more }))
      assert.equal(warnings.length, 1)
      assert.match(warnings[0] ?? '', said)
    }
  })

  it('is looked for in INFO where CONFIG is not allowed, and what neither says is not taken for good', async () => {
    const info = 'aof_enabled:1\r\nmaxmemory_policy:noeviction\r\n'
    const [unknown, ...none] = await durabilityWarnings(redis(null, info))
    assert.match(unknown ?? '', /^how often it writes its log to disk cannot be asked/)
    assert.deepEqual(none, [])
    const [log, eviction] = await durabilityWarnings(redis(null, 'aof_enabled:0\r\nmaxmemory_policy:allkeys-lfu\r\n'))
    assert.match(log ?? '', /^it writes no log/)
    assert.match(eviction ?? '', /^maxmemory-policy is allkeys-lfu/)
    assert.match((await durabilityWarnings(redis(null))).join('\n'), /cannot be asked; make sure.*\n.*cannot be asked/)
  })

  it('is not known of one that cannot be reached', async () => {
    const gone = { ...redis(kept), config: () => Promise.reject(new Error('Connection is closed.')) }
    await assert.rejects(durabilityWarnings(gone), /Connection is closed/)
  })
})
