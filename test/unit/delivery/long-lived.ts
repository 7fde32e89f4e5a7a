// Makes thousands of attempts at a server, and prints how many bytes of each V8 took for long-lived. In a process of its own:
// the test runner itself remembers every promise.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { getHeapSpaceStatistics } from 'node:v8'
import { createDispatcher } from '../../../src/delivery/dispatcher.ts'
import { createHttpDestination } from '../../../src/delivery/http-destination.ts'
import { DEFAULT_SCHEDULE } from '../../../src/delivery/schedule.ts'
import type { Log } from '../../../src/delivery/types.ts'
import type { ClaimRequest, Lease } from '../../../src/store/types.ts'
import { event, portOf } from './support.ts'

const counted = 6_000
const quiet = () => {}
const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet, child: () => log }

const server = createServer((request, response) => {
  request.resume()
  request.on('end', () => response.end('taken'))
})
server.listen(0, '127.0.0.1')
await once(server, 'listening')

const destination = createHttpDestination({
  name: 'forward:test',
  url: new URL(`http://127.0.0.1:${portOf(server.address())}/`),
  matches: () => true,
  concurrency: 10,
  timeoutMs: 10_000,
  schedule: DEFAULT_SCHEDULE,
  sign: null,
})

let left = 0
let claimed = 0
function lease(now: number, { leaseMs }: ClaimRequest): Lease {
  claimed += 1
  left -= 1
  return {
    destination: destination.name,
    attempt: 1,
    attemptInSeries: 1,
    crashes: 0,
    leaseUntil: now + leaseMs,
    event: event({ id: `evt_${claimed}`, body: Buffer.alloc(200, 'x') }),
  }
}

let waitsFor = 0
let arrived = () => {}
const dispatcher = createDispatcher({
  store: {
    async claim([request], now) {
      if (request === undefined) return { leases: [], nextDueAt: null }
      const leases = Array.from({ length: Math.min(left, request.limit) }, () => lease(now, request))
      return { leases, nextDueAt: null }
    },
    settle: async (settlements) => settlements.map(() => true),
  },
  destinations: [destination],
  log,
  gathering: { endedMs: 1, newMs: 0 },
  brake: null,
  observe: () => {
    waitsFor -= 1
    if (waitsFor === 0) arrived()
  },
})

function deliver(count: number): Promise<void> {
  return new Promise((resolve) => {
    arrived = resolve
    waitsFor = count
    left = count
    dispatcher.wake()
  })
}

function longLivedBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'old_space')?.space_used_size ?? Number.NaN
}

dispatcher.start()
// What the compiler remembers is long-lived, too.
await deliver(counted)
const before = longLivedBytes()
await deliver(counted)
process.stdout.write(String(Math.round((longLivedBytes() - before) / counted)))
await dispatcher.stop()
await destination.close()
server.closeAllConnections()
server.close()
