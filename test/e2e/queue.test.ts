import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, it, type TestContext } from 'node:test'
import { type Gateway, startGateway } from '../support/gateway.ts'
import { send } from '../support/http.ts'
import { noRedis, startRedis } from '../support/redis.ts'
import { tempDir } from '../support/temp-dir.ts'

const events = 60
const schedule = Array.from({ length: 100 }, () => '100ms')

function configFile(jobs: object): string {
  const path = join(tempDir(), 'posthorn.config.json')
  writeFileSync(
    path,
    JSON.stringify({ destinations: { jobs: { queue: 'events', schedule, breaker: false, ...jobs } } }),
  )
  return path
}

/** The example's worker, and which jobs it did: the id of the event, and how often. */
async function startWorker(t: TestContext, redis: URL) {
  const child = spawn(process.execPath, ['examples/worker.ts'], {
    env: { PATH: process.env['PATH'], JOBS_REDIS_URL: redis.href },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  t.after(async () => {
    child.kill('SIGKILL')
    await once(child, 'exit')
  })
  const done = new Map<string, number>()
  let news = () => {}
  createInterface(child.stdout).on('line', (line) => {
    const [, id = ''] = line.split(' ')
    done.set(id, (done.get(id) ?? 0) + 1)
    news()
  })
  return {
    done,
    async until(reached: () => boolean) {
      while (!reached())
        await new Promise<void>((resolve) => {
          news = resolve
        })
    },
  }
}

async function post({ port }: Gateway, n: number): Promise<string> {
  const answer = await send(port, { path: '/webhook/order', body: JSON.stringify({ n }) })
  assert.equal(answer.status, 200, answer.text)
  const { id } = answer.json as { id: string }
  return id
}

describe('a BullMQ queue of the configuration file', { skip: noRedis }, () => {
  it('loses nothing while Redis is killed and comes back', async (t) => {
    const durable = ['--appendonly', 'yes', '--appendfsync', 'always', '--dir', tempDir()]
    const redis = await startRedis(t, ...durable)
    const gateway = await startGateway(t, { CONFIG: configFile({ redis: redis.url.href }) })
    const worker = await startWorker(t, redis.url)
    const ids: string[] = []
    for (let n = 0; n < events; n++) {
      if (n === events / 3) {
        await worker.until(() => worker.done.size > 0)
        await redis.kill()
      }
      if (n === (2 * events) / 3) {
        // While it is away the gateway goes on taking events, and says what is the matter.
        await gateway.logged(({ outcome, error }) => outcome === 'retry' && /^Redis at /.test(String(error)))
        await redis.restart()
      }
      ids.push(await post(gateway, n))
    }
    await worker.until(() => ids.every((id) => worker.done.has(id)))
    assert.equal(worker.done.size, events)
    assert.equal(
      gateway.lines.some(({ msg }) => /appendonly|appendfsync|maxmemory/.test(msg)),
      false,
      'this Redis keeps what it is given',
    )
  })

  it('waits for a Redis that is not there at start, and never shows its password', async (t) => {
    const redis = await startRedis(t, '--requirepass', 'p4ssword')
    await redis.kill()
    redis.url.password = 'p4ssword'
    const gateway = await startGateway(t, { CONFIG: configFile({ redis: redis.url.href }) })
    await gateway.logged(({ msg }) => /cannot be reached, so its settings are not checked/.test(msg))
    const id = await post(gateway, 1)
    await redis.restart()
    await gateway.logged(({ outcome, eventId }) => outcome === 'done' && eventId === id)
    assert.equal(await gateway.stop(), 0)
    assert.doesNotMatch(gateway.output(), /p4ssword/)
  })

  it('has a warning for each way in which its Redis may lose jobs', async (t) => {
    const redis = await startRedis(t, '--maxmemory-policy', 'allkeys-lru')
    const gateway = await startGateway(t, { CONFIG: configFile({ redis: redis.url.href }) })
    const { destination } = await gateway.logged(
      ({ level, msg }) => level === 40 && /appendonly no.*set appendonly yes/.test(msg),
    )
    assert.equal(destination, 'jobs')
    await gateway.logged(({ level, msg }) => level === 40 && /maxmemory-policy is allkeys-lru/.test(msg))
    await post(gateway, 1)
    await gateway.logged(({ outcome }) => outcome === 'done')
    assert.equal(await gateway.stop(), 0)
    // BullMQ's own words would break the log's lines.
    for (const line of gateway.output().trim().split('\n')) assert.match(line, /^\{/)
  })
})
