// Asks for something small every few milliseconds on one connection and prints how long each answer took from the moment
// it was due: a server whose event loop stands still answers late, and so does everyone else's request.
import { setTimeout as sleep } from 'node:timers/promises'
import { openConnection } from './connection.ts'
import type { Probe, ProbeSpec } from './types.ts'

async function probe(spec: ProbeSpec): Promise<readonly Probe[]> {
  const request = {
    own: Buffer.from(`GET ${spec.path} HTTP/1.1\r\nHost: 127.0.0.1:${spec.port}\r\n\r\n`),
    shared: null,
  }
  const probes: Probe[] = []
  let answered: () => void = () => {}
  let failed: (error: Error) => void = () => {}
  const connection = await openConnection(spec.port, {
    onAnswer: () => answered(),
    onProblem: (message) => failed(new Error(message)),
  })
  const startedAt = performance.now()
  for (let due = startedAt; due < startedAt + spec.seconds * 1000; due += spec.intervalMs) {
    const early = due - performance.now()
    if (early > 0) await sleep(early)
    await new Promise<void>((resolve, reject) => {
      answered = resolve
      failed = reject
      connection.send(request)
    })
    probes.push({ dueAt: performance.timeOrigin + due, milliseconds: performance.now() - due })
  }
  connection.close()
  return probes
}

const spec: ProbeSpec = JSON.parse(process.argv[2] ?? '')
process.stdout.write(JSON.stringify(await probe(spec)))
