import { readMachineCpu, readProcessCpu, readTreeCpu } from '../load/process-stat.ts'
import type { BenchPostgres } from './postgres.ts'
import type { Replica } from './replica.ts'

/** What was used until a moment; two of them say what was used in between. CPU in microseconds. */
export interface Sample {
  readonly at: number
  readonly gateways: number
  readonly postgres: number
  readonly machine: number
  readonly walBytes: number
  /** How often the log was brought to stable storage, and how long that took in milliseconds. */
  readonly syncs: number
  readonly syncMs: number
  /** As the gateways saw them: commits of events, the seconds that they took, the events in them. */
  readonly commits: number
  readonly commitSeconds: number
  readonly commitEvents: number
}

export async function sample(postgres: BenchPostgres, url: string, replicas: readonly Replica[]): Promise<Sample> {
  const used = {
    at: performance.now(),
    gateways: replicas.reduce((sum, { server }) => sum + readProcessCpu(server.pid), 0),
    postgres: readTreeCpu(postgres.pid),
    machine: readMachineCpu(),
  }
  const wal = (column: string) =>
    postgres.number(url, `SELECT coalesce(sum(${column}), 0) FROM pg_stat_wal`).catch(() => Number.NaN)
  const [walBytes, syncs, syncMs, metrics] = await Promise.all([
    wal('wal_bytes'),
    wal('wal_sync'),
    wal('wal_sync_time'),
    Promise.all(replicas.map(({ metric }) => Promise.all(watched.map((name) => metric(name))))),
  ])
  const [commits = 0, commitSeconds = 0, commitEvents = 0] = watched.map((_, i) =>
    metrics.reduce((sum, each) => sum + (each[i] ?? 0), 0),
  )
  return { ...used, walBytes, syncs, syncMs, commits, commitSeconds, commitEvents }
}

const watched = ['posthorn_commit_seconds_count', 'posthorn_commit_seconds_sum', 'posthorn_commit_events_sum'] as const

/** Differences, and shares of a core. */
export interface Usage {
  readonly seconds: number
  /** Cores in use on average: of the gateways, of Postgres, of everything else on the machine. */
  readonly gateways: number
  readonly postgres: number
  readonly others: number
  readonly walBytes: number
  readonly syncs: number
  /** Milliseconds per sync, and per commit of events as the gateway saw it. */
  readonly syncMs: number
  readonly commitMs: number
  readonly eventsPerCommit: number
}

export function between(a: Sample, b: Sample): Usage {
  const seconds = (b.at - a.at) / 1000
  const cores = (value: (each: Sample) => number) => (value(b) - value(a)) / 1e6 / seconds
  const [gateways, postgres] = [cores((each) => each.gateways), cores((each) => each.postgres)]
  const commits = b.commits - a.commits
  return {
    seconds,
    gateways,
    postgres,
    others: cores((each) => each.machine) - gateways - postgres,
    walBytes: b.walBytes - a.walBytes,
    syncs: b.syncs - a.syncs,
    syncMs: (b.syncMs - a.syncMs) / (b.syncs - a.syncs),
    commitMs: ((b.commitSeconds - a.commitSeconds) / commits) * 1000,
    eventsPerCommit: (b.commitEvents - a.commitEvents) / commits,
  }
}
