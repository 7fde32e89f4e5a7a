import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from './ports.ts'
import { tempDir } from './temp-dir.ts'

const program = ['pgbouncer', '/usr/sbin/pgbouncer', '/opt/homebrew/bin/pgbouncer'].find(
  (path) => spawnSync(path, ['--version']).status === 0,
)

/** Why no PgBouncer can be started here; false: it can. In CI it has to be there. */
export const noPgBouncer: string | false =
  process.env['CI'] === 'true' || program !== undefined ? false : 'pgbouncer is not installed'

/** A PgBouncer in `transaction` mode before a server; gives its port. It has two connections per database. */
export async function startPgBouncer(t: { after(hook: () => void): void }, target: number): Promise<number> {
  const [dir, port] = [tempDir(), await freePort()]
  const settings = {
    listen_addr: '127.0.0.1',
    listen_port: port,
    unix_socket_dir: '',
    auth_type: 'any',
    pool_mode: 'transaction',
    default_pool_size: 2,
    max_client_conn: 100,
  }
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`)
  const databases = `[databases]\n* = host=127.0.0.1 port=${target} user=posthorn`
  writeFileSync(join(dir, 'pgbouncer.ini'), `${databases}\n[pgbouncer]\n${lines.join('\n')}\n`)
  chmodSync(dir, 0o755)
  const asOther = process.getuid?.() === 0 ? ['-u', 'postgres'] : []
  const child = spawn(program ?? 'pgbouncer', [...asOther, join(dir, 'pgbouncer.ini')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  t.after(() => void child.kill('SIGKILL'))
  await listening(child)
  return port
}

async function listening(child: ChildProcess): Promise<void> {
  let said = ''
  for await (const text of child.stderr ?? []) {
    said += String(text)
    if (/process up/.test(said)) {
      child.stderr?.resume()
      return
    }
  }
  throw new Error(`pgbouncer ended: ${said}`)
}
