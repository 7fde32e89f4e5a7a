import { createHash } from 'node:crypto'
import type { RedisClient } from '../../redis/client.ts'
import { StoreUnavailableError } from '../errors.ts'
import { isReply, type Reply } from './replies.ts'
import { readLibrary } from './scripts/library.ts'
import { type ScriptName, scripts } from './scripts.ts'

export type Argument = string | number | Buffer

/** The connection, as the store sees it: scripts with a deadline, and whether there is somebody to run them. */
export interface Link {
  /**
   * Runs a script in one step. It is sent once at most: whoever hears no answer does not know whether it was done.
   * @throws {StoreUnavailableError}
   */
  run(name: ScriptName, args: readonly Argument[], timeoutMs?: number): Promise<Reply>
  /** Why nothing can be run now; null: it can. */
  trouble(): string | null
  /** Tells whoever waits for the connection each time it is usable. */
  onUsable(listener: () => void): void
  /**
   * Resolves with the first connection, once what is there has passed the check; rejects, and goes on trying, where it does
   * not, or where nobody is there for so long. Asked once.
   */
  opened(waitMs: number): Promise<void>
  close(): Promise<void>
}

export interface LinkOptions {
  readonly client: RedisClient
  /** What may be shown of where the Redis is. */
  readonly label: string
  /** A hash tag and nothing else, or a Cluster would spread the keys. */
  readonly prefix: string
  readonly timeoutMs: number
  /** Asked after each connect, before anything is run: what is wrong with that Redis; null: nothing. */
  readonly check: () => Promise<string | null>
}

/** What is no event may take so long. */
const patienceMs = 5_000
const recheckMs = 1_000

/** Compiles the scripts and goes on connecting until it is closed. Does not wait for the first connection. */
export function openLink({ client, label, prefix, timeoutMs, check }: LinkOptions): Link {
  const library = readLibrary()
  const compiled = new Map(
    Object.entries(scripts).map(([name, body]) => {
      const text = `${library}\n${body}`
      return [name, { text, sha: createHash('sha1').update(text).digest('hex') }]
    }),
  )
  const listeners: (() => void)[] = []
  const first = Promise.withResolvers<void>()
  // Who opens the store hears of it; nobody else needs to.
  first.promise.catch(() => {})
  const unknown = 'not connected yet'
  let lastError = unknown
  let checked = false
  let refusal: string | null = null
  let closed = false
  let recheck: NodeJS.Timeout | null = null

  client.on('error', (error: unknown) => {
    lastError = describe(error)
  })
  client.on('close', () => {
    checked = false
  })
  client.on('ready', () => void examine())
  client.connect().catch((error: unknown) => {
    // That it was closed says less than why.
    if (lastError === unknown) lastError = describe(error)
  })

  /** Whoever took over, or came back with other settings, must be as durable as the one before. */
  async function examine(): Promise<void> {
    if (recheck !== null) clearTimeout(recheck)
    recheck = null
    try {
      refusal = await withDeadline(check(), patienceMs)
      checked = true
      if (refusal === null) first.resolve()
      else first.reject(new Error(`Redis at ${label}: ${refusal}`))
    } catch (error) {
      refusal = describe(error)
    }
    if (closed) return
    if (refusal === null) for (const listener of listeners) listener()
    else recheck = setTimeout(() => client.status === 'ready' && void examine(), recheckMs).unref()
  }

  function trouble(): string | null {
    if (closed) return 'the store is closing'
    if (client.status !== 'ready') return `Redis at ${label}: ${lastError}`
    if (!checked) return `Redis at ${label}: ${refusal ?? 'its settings are being checked'}`
    return refusal === null ? null : `Redis at ${label}: ${refusal}`
  }

  async function send(name: ScriptName, args: readonly Argument[]): Promise<Reply> {
    const script = compiled.get(name)
    if (script === undefined) throw new TypeError(`there is no script ${name}`)
    const reply: unknown = await client
      .callBuffer('evalsha', [script.sha, 1, prefix, ...args])
      .catch((error: unknown) => {
        if (!describe(error).startsWith('NOSCRIPT')) throw error
        return client.callBuffer('eval', [script.text, 1, prefix, ...args])
      })
    if (!isReply(reply)) throw new TypeError(`the answer to ${name} is none`)
    return reply
  }

  return {
    async run(name, args, deadlineMs = Math.max(patienceMs, timeoutMs)) {
      const inTheWay = trouble()
      if (inTheWay !== null) throw new StoreUnavailableError(inTheWay)
      try {
        return await withDeadline(send(name, args), deadlineMs)
      } catch (error) {
        throw new StoreUnavailableError(`Redis at ${label}: ${describe(error)}`)
      }
    },
    trouble,
    onUsable: (listener) => void listeners.push(listener),
    async opened(waitMs) {
      const give = () =>
        `${trouble() ?? `Redis at ${label}: it does not answer`}; see that it runs there, and that the URL is right`
      const late = setTimeout(() => first.reject(new Error(give())), waitMs)
      await first.promise.finally(() => clearTimeout(late))
    },
    async close() {
      if (closed) return
      closed = true
      if (recheck !== null) clearTimeout(recheck)
      client.disconnect()
    },
  }
}

/** Resolves as the promise does, unless that takes too long. */
export function withDeadline<T>(promise: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new StoreUnavailableError(`no answer within ${ms} ms`)), ms)
    promise.then(resolve, reject).finally(() => clearTimeout(timer))
  })
}

/** One line; ioredis names hosts in its messages, never credentials. */
function describe(error: unknown): string {
  const text = error instanceof Error && error.message !== '' ? error.message : String(error)
  return text.split('\n')[0]?.slice(0, 300) ?? ''
}
