import { setTimeout as sleep } from 'node:timers/promises'
import type { Clients } from './clients.ts'
import type { Recorder } from './recorder.ts'

/** Time for queues and timers to settle after saturation before anything is measured. */
const rampMs = 300

/**
 * Saturates: every connection sends as soon as it was answered. Resolves with the answers per second once the requests
 * under way are answered.
 */
export async function saturate(clients: Clients, milliseconds: number): Promise<number> {
  let answers = 0
  let sending = true
  clients.onDone((index) => {
    answers += 1
    if (sending) clients.send(index, performance.now())
  })
  const startedAt = performance.now()
  for (let index = 0; index < clients.count; index += 1) clients.send(index, startedAt)
  await sleep(milliseconds)
  const perSecond = answers / ((performance.now() - startedAt) / 1000)
  sending = false
  await clients.idle()
  return perSecond
}

/** Closed loop: as many requests per second as the server answers, `clients.count` of them under way at any time. */
export async function measureClosedLoop(clients: Clients, recorder: Recorder, milliseconds: number): Promise<void> {
  let sending = true
  clients.onDone((index, latency) => {
    recorder.latency(latency)
    if (sending) clients.send(index, performance.now())
  })
  const startedAt = performance.now()
  for (let index = 0; index < clients.count; index += 1) clients.send(index, startedAt)
  await sleep(rampMs)
  recorder.start()
  await sleep(milliseconds)
  recorder.stop()
  sending = false
  await clients.idle()
}

/**
 * Open loop: a request falls due every 1/rate seconds whether or not the server keeps up, and its latency counts from
 * then. A server that stalls is so charged with every request that had to wait (no coordinated omission); what the generator
 * itself was late, with connections free, is told as `sendLag` and charged to nobody.
 */
export async function measureOpenLoop(
  clients: Clients,
  recorder: Recorder,
  milliseconds: number,
  rate: number,
): Promise<void> {
  const total = Math.round((rate * milliseconds) / 1000)
  const interval = 1000 / rate
  const free = Array.from({ length: clients.count }, (_, index) => index)
  let sent = 0
  let answered = 0
  let noneWasFree = false

  await sleep(rampMs)
  recorder.start()
  const startedAt = performance.now()
  await new Promise<void>((resolve) => {
    clients.onDone((index, latency) => {
      recorder.latency(latency)
      free.push(index)
      answered += 1
    })
    // Spins: a timer's resolution of a millisecond would be most of the latency measured.
    function pump(): void {
      const now = performance.now()
      const hadToWait = noneWasFree || free.length === 0
      while (sent < total && startedAt + sent * interval <= now && free.length > 0) {
        const index = free.pop() ?? 0
        const due = startedAt + sent * interval
        if (!hadToWait) recorder.sendLag(now - due)
        // While a connection is free, what fell due since the last look is late because of whatever held up this process.
        clients.send(index, hadToWait ? due : now)
        sent += 1
      }
      noneWasFree = free.length === 0
      if (answered === total || clients.problems().length > 0) resolve()
      else setImmediate(pump)
    }
    pump()
  })
  recorder.stop()
  await clients.idle()
}
