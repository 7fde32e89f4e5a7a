import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ask, startPostgres } from '../../test/support/postgres.ts'
import { benchDir } from '../harness/process.ts'

/** The database that the gateways share: as safe as any (`fsync` on), on the project's own file system. */
export interface BenchPostgres {
  /** Of the process that all others of it are children of. */
  readonly pid: number
  readonly version: string
  createDatabase(): Promise<string>
  /** One number, from a connection of its own. */
  number(url: string, sql: string): Promise<number>
  run(url: string, sql: string): Promise<void>
  close(): Promise<void>
}

/** What a small server of one's own would be given; the rest is as it comes. */
const settings = {
  shared_buffers: '512MB',
  max_wal_size: '4GB',
  checkpoint_timeout: '15min',
  max_connections: '100',
  track_wal_io_timing: 'on',
}

/** @throws {Error} when no PostgreSQL is installed. */
export async function openBenchPostgres(): Promise<BenchPostgres> {
  const place = join(benchDir, 'data')
  mkdirSync(place, { recursive: true })
  // The system's temporary directory is often kept in memory, where fsync costs nothing.
  process.env['TMPDIR'] = place
  const server = await startPostgres(settings)
  const [pid = ''] = readFileSync(join(server.socketDir, 'data', 'postmaster.pid'), 'utf8').split('\n')
  const url = await server.createDatabase()
  const [row] = await ask(url, "SELECT current_setting('server_version') AS version")
  return {
    pid: Number(pid),
    version: String(row?.['version']).split(' ')[0] ?? '',
    createDatabase: server.createDatabase,
    async number(at, sql) {
      const [found] = await ask(at, sql)
      return Number(Object.values(found ?? {})[0])
    },
    run: async (at, sql) => void (await ask(at, sql)),
    close: server.close,
  }
}
