import { setTimeout as sleep } from 'node:timers/promises'
import { readMachineCpu } from '../load/process-stat.ts'
import type { LoadReport, LoadSpec } from '../load/types.ts'
import { secret } from './contenders.ts'
import type { Cores, StartedContender } from './contest.ts'
import { runToEnd } from './process.ts'

/** Everything about a measurement that the server does not decide. */
export type Load = Pick<LoadSpec, 'bodySize' | 'connections' | 'warmupSeconds' | 'seconds' | 'rate'>

/** Above this share of a core that others use, a measurement says more about them. */
const saturated = { noise: 0.2, attempts: 3 }
/** The slowest hundredth of the answers is all theirs when they use two hundredths of the core. */
const atFixedRate = { noise: 0.02, attempts: 8 }
const quietSampleMs = 250
const quietWaitMs = 8_000

/** Waits, but not for ever, until the machine has little else to do. */
async function waitForQuiet(tolerableNoise: number): Promise<void> {
  const deadline = performance.now() + quietWaitMs
  let noise = 1
  while (noise > tolerableNoise && performance.now() < deadline) {
    const [cpu, at] = [readMachineCpu(), performance.now()]
    await sleep(quietSampleMs)
    noise = (readMachineCpu() - cpu) / 1000 / (performance.now() - at)
  }
}

/** One measurement, whatever else the machine does. */
export async function applyLoadOnce(
  { server, sink, contender }: StartedContender,
  load: Load,
  cores: Cores,
): Promise<LoadReport> {
  const spec: LoadSpec = {
    bodySize: load.bodySize,
    connections: load.connections,
    warmupSeconds: load.warmupSeconds,
    seconds: load.seconds,
    rate: load.rate,
    port: server.port,
    serverPid: server.pid,
    companionPids: sink === null ? [] : [sink.pid],
    path: contender.path,
    signing: contender.signing,
    secret,
  }
  return JSON.parse(await runToEnd('load/main.ts', JSON.stringify(spec), cores.generator))
}

/**
 * Measures one server. A measurement that other programs disturbed is made again, a few times at most, and the least
 * disturbed one counts: chosen by the noise alone, never by its result.
 */
export async function applyLoad(started: StartedContender, load: Load, cores: Cores): Promise<LoadReport> {
  const tolerable = load.rate === null ? saturated : atFixedRate
  let best: LoadReport | null = null
  let accepted = 0
  for (
    let attempt = 1;
    attempt <= tolerable.attempts && (best === null || best.othersCpu > tolerable.noise);
    attempt += 1
  ) {
    await waitForQuiet(tolerable.noise)
    const report = await applyLoadOnce(started, load, cores)
    accepted += report.accepted
    if (best === null || report.othersCpu < best.othersCpu) best = report
  }
  if (best === null) throw new Error('nothing was measured')
  return { ...best, accepted }
}
