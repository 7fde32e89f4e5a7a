import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { freePort } from '../../support/ports.ts'
import { createSender, testEvent } from './events.ts'
import type { Gateway } from './gateway.ts'
import { startHaproxy } from './haproxy.ts'

export interface Rolled {
  /** Ids of the sender's that were answered 200. */
  readonly acked: ReadonlySet<string>
  readonly requests: number
  /** What was answered otherwise, or not at all. */
  readonly failures: readonly string[]
  /** Which gateways the balancer took out of use, and why. */
  readonly balancer: string
}

export interface RollingOptions {
  /** For the balancer's files. */
  readonly directory: string
  readonly names: readonly string[]
  /** A gateway that listens on this port. */
  readonly start: (name: string, port: number) => Promise<Gateway>
}

const connections = 40
const answersBetween = 500

/** Restarts one gateway after the other behind a load balancer that tries nothing twice, under load; then ends all. */
export async function restartInTurn({ directory, names, start }: RollingOptions): Promise<Rolled> {
  const ports: Record<string, number> = {}
  for (const name of names) ports[name] = await freePort()
  const startOne = (name: string) => start(name, ports[name] ?? 0)
  const balancer = await startHaproxy(directory, ports)
  const sender = createSender(connections)
  try {
    const gateways = new Map<string, Gateway>()
    for (const name of names) gateways.set(name, await startOne(name))
    for (const name of names) await balancer.isUp(name)

    const acked = new Set<string>()
    const failures: string[] = []
    let stop = false
    let next = 0
    let requests = 0
    const send = async () => {
      while (!stop) {
        const event = testEvent('rolling', next++)
        try {
          const { status, id } = await sender.post(balancer.origin, event)
          if (status === 200 && id !== undefined) acked.add(event.id)
          else failures.push(`${event.id}: ${status}`)
        } catch (error) {
          failures.push(`${event.id}: ${error instanceof Error ? error.message : 'no answer'}`)
        }
        requests++
      }
    }
    const load = Promise.all(Array.from({ length: connections }, send))
    const moreAnswers = async () => {
      const enough = requests + answersBetween
      while (requests < enough) await pause(10)
    }

    for (const [name, gateway] of [...gateways]) {
      await moreAnswers()
      assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })
      gateways.set(name, await startOne(name))
      await balancer.isUp(name)
    }
    await moreAnswers()
    stop = true
    await load
    const said = await balancer.stop()
    for (const gateway of gateways.values()) assert.deepEqual(await gateway.end('SIGTERM'), { code: 0, signal: null })
    return { acked, requests, failures, balancer: said }
  } finally {
    await sender.close()
    await balancer.stop()
  }
}
