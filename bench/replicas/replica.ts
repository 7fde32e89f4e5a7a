import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { findContenders, secret } from '../harness/contenders.ts'
import { benchDir, launch, type RunningServer, runToEnd } from '../harness/process.ts'
import type { LoadReport, LoadSpec } from '../load/types.ts'

/** One gateway among those that share a database. */
export interface Replica {
  readonly server: RunningServer
  /** A figure of `/metrics`, all labels together. */
  metric(name: string): Promise<number>
}

const adminToken = randomBytes(24).toString('base64url')
const [posthorn] = findContenders(['posthorn'])
const cores = { servers: '0,1', generator: '1' } as const

/** Gateways as in production, on any core; Postgres is too. */
export async function startReplicas(count: number, env: Readonly<Record<string, string>>): Promise<readonly Replica[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, () =>
      launch({
        command: [process.execPath, join(benchDir, '../src/server.ts')],
        cores: cores.servers,
        cwd: join(benchDir, '..'),
        env: { ...posthorn?.env, ADMIN_TOKEN: adminToken, ...env },
      }),
    ),
  )
  return servers.map((server) => ({
    server,
    async metric(name) {
      const answer = await fetch(`http://127.0.0.1:${server.port}/metrics`, {
        headers: { authorization: `Bearer ${adminToken}` },
      })
      const lines = (await answer.text())
        .split('\n')
        .filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`))
      return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0)
    },
  }))
}

export interface ReplicaLoad {
  readonly connections: number
  readonly seconds: number
  readonly warmupSeconds: number
  /** Per second, of all together; null: as many as they take. */
  readonly rate: number | null
}

/** Sends to all of them at once, each from a generator of its own, and gives what each took. */
export async function loadReplicas(replicas: readonly Replica[], load: ReplicaLoad): Promise<readonly LoadReport[]> {
  const pids = replicas.map(({ server }) => server.pid)
  const reports = await Promise.all(
    replicas.map(async ({ server }): Promise<LoadReport> => {
      const spec: LoadSpec = {
        port: server.port,
        serverPid: server.pid,
        companionPids: pids.filter((pid) => pid !== server.pid),
        path: posthorn?.path ?? '',
        signing: posthorn?.signing ?? 'generic',
        secret,
        bodySize: 1024,
        connections: Math.max(1, Math.round(load.connections / replicas.length)),
        warmupSeconds: load.warmupSeconds,
        seconds: load.seconds,
        rate: load.rate === null ? null : load.rate / replicas.length,
      }
      return JSON.parse(await runToEnd('load/main.ts', JSON.stringify(spec), cores.generator))
    }),
  )
  const problem = reports.flatMap(({ problems }) => problems)[0]
  if (problem !== undefined) throw new Error(`the measurement is not valid: ${problem}`)
  return reports
}

export async function stopReplicas(replicas: readonly Replica[]): Promise<void> {
  await Promise.all(replicas.map(({ server }) => server.stop()))
}
