import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Cleanup } from './gateway.ts'

export interface RedisServer {
  readonly url: URL
  /** As `kill -9`. */
  kill(): Promise<void>
  /** On the same port, with nothing in it. */
  restart(): Promise<void>
}

/** Why no Redis can be started here; false: it can. In CI it has to be there. */
export const noRedis: string | false =
  process.env['CI'] === 'true' || spawnSync('redis-server', ['--version']).status === 0
    ? false
    : 'redis-server is not installed'

/** A Redis of the test's own, on a free port, that keeps nothing on disk. */
export async function startRedis(t: Cleanup, ...flags: readonly string[]): Promise<RedisServer> {
  const port = await freePort()
  let child = await start(port, flags)
  const kill = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return
    child.kill('SIGKILL')
    await once(child, 'exit')
  }
  t.after(kill)
  return {
    url: new URL(`redis://127.0.0.1:${port}`),
    kill,
    async restart() {
      await kill()
      child = await start(port, flags)
    },
  }
}

async function start(port: number, flags: readonly string[]): Promise<ChildProcess> {
  const settings = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', ...flags]
  const child = spawn('redis-server', settings, { stdio: 'ignore' })
  const failed = once(child, 'exit').then(() => {
    throw new Error('redis-server ended at once')
  })
  await Promise.race([listening(port), failed])
  failed.catch(() => {})
  return child
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' })
    try {
      await once(socket, 'connect')
      return
    } catch {
      await sleep(10)
    } finally {
      socket.destroy()
    }
  }
}

async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
