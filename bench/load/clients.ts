import { type Connection, openConnection } from './connection.ts'
import type { RequestPool } from './request-pool.ts'

/** A fixed number of keep-alive connections, each with at most one request under way. */
export interface Clients {
  readonly count: number
  /** Sends the pool's next request; the latency that `onDone` gets counts from `since` (as `performance.now()`). */
  send(index: number, since: number): void
  /** Called with a connection's index when its answer is complete, and the milliseconds since `since`. */
  onDone(callback: (index: number, milliseconds: number) => void): void
  /** Resolves when no request is under way. */
  idle(): Promise<void>
  accepted(): number
  problems(): readonly string[]
  close(): void
}

/** A measurement is void after the first problem; a few are kept to show what went wrong. */
const problemsKept = 5

/** @throws {Error} when the server cannot be reached. */
export async function openClients(port: number, count: number, pool: RequestPool): Promise<Clients> {
  const since = new Float64Array(count)
  const connections: Connection[] = []
  const problems: string[] = []
  let underWay = 0
  let accepted = 0
  let done: (index: number, milliseconds: number) => void = () => {}
  let onIdle: (() => void) | null = null

  function problem(message: string): void {
    if (problems.length < problemsKept) problems.push(message)
  }

  function settle(): void {
    underWay -= 1
    if (underWay === 0) onIdle?.()
  }

  for (let index = 0; index < count; index += 1) {
    const connection = await openConnection(port, {
      onAnswer(answer) {
        const milliseconds = performance.now() - (since[index] ?? 0)
        if (answer.status !== 200) problem(`status ${answer.status}`)
        else if (answer.duplicate) problem('a new event was called a duplicate')
        else accepted += 1
        settle()
        done(index, milliseconds)
      },
      onProblem(message) {
        problem(message)
        settle()
      },
    })
    connections.push(connection)
  }

  return {
    count,
    send(index, at) {
      since[index] = at
      underWay += 1
      connections[index]?.send(pool.next())
    },
    onDone(callback) {
      done = callback
    },
    idle() {
      return new Promise((resolve) => {
        onIdle = () => {
          onIdle = null
          resolve()
        }
        if (underWay === 0) onIdle()
      })
    },
    accepted: () => accepted,
    problems: () => problems,
    close() {
      for (const connection of connections) connection.close()
    },
  }
}
