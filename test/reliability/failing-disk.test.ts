import assert from 'node:assert/strict'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { type TestEvent, testEvent } from './support/events.ts'
import { endAll, NotStartedError, startGateway } from './support/gateway.ts'
import { can, needsStrace } from './support/machine.ts'
import { startProducers } from './support/producers.ts'
import { integrityOf, reconcile } from './support/reconcile.ts'
import { type Call, strace } from './support/strace.ts'

interface Fault {
  readonly call: Call
  /** As `strace -e inject` takes it. */
  readonly tampering: string
  /** What the gateway must do: end so that a restart finds the truth, or stay and recover. */
  readonly expected: 'ends' | 'stays'
}

// Which call is hit decides what is under way: opening, the first commits, a commit under load, a checkpoint.
const faults: readonly Fault[] = [
  { call: 'fsync', tampering: 'error=EIO:when=2+', expected: 'ends' },
  { call: 'fsync', tampering: 'error=EIO:when=9+', expected: 'ends' },
  { call: 'fsync', tampering: 'error=EIO:when=40+', expected: 'ends' },
  { call: 'fsync', tampering: 'error=EIO:when=15', expected: 'ends' },
  { call: 'pwrite64', tampering: 'error=EIO:when=60', expected: 'ends' },
  { call: 'pwrite64', tampering: 'error=EIO:when=333+', expected: 'ends' },
  { call: 'pwrite64', tampering: 'error=ENOSPC:when=50..90', expected: 'stays' },
  { call: 'pwrite64', tampering: 'error=ENOSPC:when=100..900+40', expected: 'stays' },
  // An even number of calls: each write of the database that fails is followed by one that finds out why.
  { call: 'pwrite64', tampering: 'error=EDQUOT:when=60..111', expected: 'stays' },
]
const acksPerFault = 150

test('a disk that fails costs a 503, never an event', { timeout: 120_000 }, async (t) => {
  if (!can(t, needsStrace())) return
  const dataDir = tempDir()
  t.after(endAll)
  await (await startGateway({ dataDir })).end('SIGTERM')
  const events = new Map<string, TestEvent>()
  const acks = new Map<string, { id: string; duplicate: boolean }[]>()

  for (const [number, fault] of faults.entries()) {
    const told = await sendThrough(fault, { dataDir, number, events, acks })
    const { lost, altered, storedTwice, acceptedTwice, namedTwice } = await reconcile(dataDir, { acks }, events)
    t.diagnostic(`${fault.call} ${fault.tampering}: ${told}, lost ${lost}`)
    assert.deepEqual(
      { lost, altered, storedTwice, acceptedTwice, namedTwice },
      { lost: 0, altered: 0, storedTwice: 0, acceptedTwice: 0, namedTwice: 0 },
    )
    assert.equal(integrityOf(dataDir), 'ok')
  }
})

interface Scene {
  readonly dataDir: string
  readonly number: number
  readonly events: Map<string, TestEvent>
  readonly acks: Map<string, { id: string; duplicate: boolean }[]>
}

/** Load on a gateway with a fault; where it ends, a healthy one takes over and takes what was not acknowledged. */
async function sendThrough(fault: Fault, { dataDir, number, events, acks }: Scene): Promise<string> {
  const under = strace(fault.call, fault.tampering, '/dev/null')
  const first = await startGateway({ dataDir, under }).catch(notStarted)
  if (first === null) return 'not started, and said why'

  let current = Promise.resolve(first)
  let restart = true
  const { ledger, finish } = startProducers({
    producers: 2,
    inFlight: 8,
    event: (n) => {
      const event = testEvent(`fault-${number}`, n)
      events.set(event.id, event)
      return event
    },
    origin: async () => (await current).origin,
  })
  const ended = first.exited.then((exit) => {
    if (restart) current = startGateway({ dataDir })
    return exit
  })
  const enough = ledger.moreAcks(acksPerFault).then(() => null)
  const exit = await (fault.expected === 'ends' ? ended : Promise.race([ended, enough]))
  const { unavailable } = ledger.count
  assert.equal(exit?.code ?? null, fault.expected === 'ends' ? 1 : null, first.output())
  assert.ok(unavailable > 0, 'the fault was not met')
  await finish()
  restart = false
  assert.deepEqual(await (await current).end('SIGTERM'), { code: 0, signal: null })
  for (const [id, heard] of ledger.acks) acks.set(id, [...heard])
  return `${unavailable} × 503, ${exit === null ? 'went on' : 'ended with 1 and was restarted'}, ${ledger.count.acks} acks`
}

/** Some faults strike while the store is opened: then the gateway must say what is wrong with which directory. */
function notStarted(error: unknown): null {
  if (!(error instanceof NotStartedError)) throw error
  assert.equal(error.exit.code, 1)
  assert.match(error.message, /DATA_DIR: /)
  return null
}
