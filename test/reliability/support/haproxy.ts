import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../support/ports.ts'

export interface Haproxy {
  readonly origin: string
  /** Resolves once the balancer sends requests to the server with this name. */
  isUp(server: string): Promise<void>
  /** Ends it, and says which servers it took out of use, and why. */
  stop(): Promise<string>
}

/**
 * Runs haproxy before gateways; it asks their health five times a second and tries no request twice. Without `timeout
 * check` it would take a gateway out for an answer after 200 ms, which a busy machine may need.
 * https://docs.haproxy.org/2.6/configuration.html#4.2-timeout%20check
 */
export async function startHaproxy(directory: string, ports: Readonly<Record<string, number>>): Promise<Haproxy> {
  const port = await freePort()
  const file = join(directory, 'haproxy.cfg')
  const control = join(directory, 'haproxy.sock')
  const servers = Object.entries(ports).map(
    ([name, at]) => `  server ${name} 127.0.0.1:${at} check inter 200ms fall 1 rise 1`,
  )
  writeFileSync(
    file,
    `global
  stats socket ${control} mode 600 level operator
defaults
  mode http
  retries 0
  timeout connect 2s
  timeout check 10s
  timeout client 30s
  timeout server 30s
frontend senders
  bind 127.0.0.1:${port}
  default_backend gateways
backend gateways
  balance roundrobin
  option httpchk GET /health
  http-check expect status 200
${servers.join('\n')}
`,
  )
  const child = spawn('haproxy', ['-db', '-f', file], {
    env: { PATH: `${process.env['PATH']}:/usr/sbin` },
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const said = text(child.stderr)
  const ended = once(child, 'exit').then(async ([code]) => {
    throw new Error(`haproxy ended with ${code}: ${await said}`)
  })
  ended.catch(() => {})

  /** https://docs.haproxy.org/2.6/management.html#9.3, `show stat`: CSV, with names in the first line. */
  async function statusOf(server: string): Promise<string | undefined> {
    const socket = connect(control)
    socket.end('show stat\n')
    const [head = '', ...rows] = (await text(socket)).split('\n').map((line) => line.split(','))
    const [names, status] = [head.indexOf('svname'), head.indexOf('status')]
    return rows.find((row) => row[names] === server)?.[status]
  }

  return {
    origin: `http://127.0.0.1:${port}`,
    async isUp(server) {
      for (;;) {
        const status = await Promise.race([statusOf(server).catch(() => undefined), ended])
        if (status === 'UP') return
        await pause(50)
      }
    },
    async stop() {
      child.kill('SIGKILL')
      await ended.catch(() => {})
      return said
    },
  }
}
