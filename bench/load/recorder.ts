import { createHistogram } from 'node:perf_hooks'
import { type ProcessStat, readMachineCpu, readProcessCpu, readProcessStat, readRssBytes } from './process-stat.ts'
import type { Latency, LoadReport, LoadSpec } from './types.ts'

/** Counts what happens between `start` and `stop`; ignores latencies outside. */
export interface Recorder {
  start(): void
  stop(): void
  /** Milliseconds. */
  latency(milliseconds: number): void
  sendLag(milliseconds: number): void
  report(): Omit<LoadReport, 'accepted' | 'problems'>
}

interface Mark {
  readonly at: number
  readonly server: ProcessStat
  readonly generatorCpu: number
  readonly companionsCpu: number
  readonly machineCpu: number
}

// Nanoseconds, because the histogram takes integers from 1; a minute covers every answer that is not an error.
const histogramOptions = { lowest: 1, highest: 60e9, figures: 3 }

export function createRecorder({ serverPid, companionPids }: Pick<LoadSpec, 'serverPid' | 'companionPids'>): Recorder {
  const latencies = createHistogram(histogramOptions)
  const lags = createHistogram(histogramOptions)
  let started: Mark | null = null
  let stopped: Mark | null = null

  function mark(): Mark {
    const usage = process.cpuUsage()
    return {
      at: performance.now(),
      server: readProcessStat(serverPid),
      generatorCpu: usage.user + usage.system,
      companionsCpu: companionPids.reduce((sum, pid) => sum + readProcessCpu(pid), 0),
      machineCpu: readMachineCpu(),
    }
  }

  const toNanoseconds = (milliseconds: number) => Math.max(1, Math.round(milliseconds * 1e6))
  const active = () => started !== null && stopped === null

  function summary(): Latency {
    const at = (percentile: number) => latencies.percentile(percentile) / 1000
    return { p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: latencies.max / 1000 }
  }

  return {
    start() {
      started = mark()
    },
    stop() {
      stopped = mark()
    },
    latency(milliseconds) {
      if (active()) latencies.record(toNanoseconds(milliseconds))
    },
    sendLag(milliseconds) {
      if (active()) lags.record(toNanoseconds(milliseconds))
    },
    report() {
      if (started === null || stopped === null || latencies.count === 0) throw new Error('nothing was measured')
      const seconds = (stopped.at - started.at) / 1000
      const requests = latencies.count
      const serverCpu = stopped.server.cpu - started.server.cpu
      const generatorCpu = stopped.generatorCpu - started.generatorCpu
      const companionsCpu = stopped.companionsCpu - started.companionsCpu
      const othersCpu = stopped.machineCpu - started.machineCpu - serverCpu - generatorCpu - companionsCpu
      return {
        requests,
        seconds,
        perSecond: requests / seconds,
        latency: summary(),
        cpuPerRequest: serverCpu / requests,
        mainThreadCpuPerRequest: (stopped.server.mainThreadCpu - started.server.mainThreadCpu) / requests,
        generatorCpu: generatorCpu / 1e6 / seconds,
        othersCpu: Math.max(0, othersCpu / 1e6 / seconds),
        sendLag: lags.count === 0 ? 0 : lags.percentile(99) / 1000,
        writtenPerRequest: (stopped.server.writtenBytes - started.server.writtenBytes) / requests,
        rssBytes: readRssBytes(serverPid),
      }
    },
  }
}
