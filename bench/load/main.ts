// The load generator: a process of its own, so that it can have a core of its own. Takes a LoadSpec as its argument and
// prints a LoadReport.
import { setPriority } from 'node:os'
import { openClients } from './clients.ts'
import { measureClosedLoop, measureOpenLoop, saturate } from './loops.ts'
import { createRecorder } from './recorder.ts'
import { createRequestPool } from './request-pool.ts'
import type { LoadReport, LoadSpec } from './types.ts'

/** Signed ahead of time at most, bytes; the rest is signed during the window and costs the generator more. */
const poolLimit = 1024 ** 3
const secondsBeyondWindow = 0.5
/** How far the measured rate may exceed the one of the warm-up. */
const headroom = 1.4

async function measure(spec: LoadSpec): Promise<LoadReport> {
  const pool = createRequestPool(spec)
  const clients = await openClients(spec.port, spec.connections, pool)
  const recorder = createRecorder(spec)
  try {
    const warmRate = await saturate(clients, spec.warmupSeconds * 1000)
    const expected = (spec.rate ?? warmRate * headroom) * (spec.seconds + secondsBeyondWindow)
    pool.fill(Math.ceil(Math.min(expected + spec.connections, poolLimit / Math.min(spec.bodySize + 512, 16 * 1024))))
    if (spec.rate === null) await measureClosedLoop(clients, recorder, spec.seconds * 1000)
    else await measureOpenLoop(clients, recorder, spec.seconds * 1000, spec.rate)
    return { ...recorder.report(), accepted: clients.accepted(), problems: clients.problems() }
  } finally {
    clients.close()
  }
}

/** Below what shares its core: waiting for the next due moment it never sleeps, and would leave a sink no time. */
const yieldingPriority = 10

const spec: LoadSpec = JSON.parse(process.argv[2] ?? '')
if (spec.companionPids.length > 0) setPriority(yieldingPriority)
process.stdout.write(`${JSON.stringify(await measure(spec))}\n`)
