import fp from 'fastify-plugin'
import type { Store } from '../src/store/types.ts'

declare module 'fastify' {
  interface FastifyInstance {
    /** Whether the store commits, found out by committing. */
    storeIsReady(): Promise<boolean>
  }
}

export interface ReadinessOptions {
  readonly store: Pick<Store, 'probe' | 'status'>
  /** How long a commit may take, in milliseconds. */
  readonly timeoutMs: number
}

/** However often it is asked, the disk is tried about once in this time. */
const freshMs = 1000

export default fp<ReadinessOptions>(
  async (app, { store, timeoutMs }) => {
    let asked = Number.NEGATIVE_INFINITY
    let last: Promise<boolean> = Promise.resolve(false)

    app.decorate('storeIsReady', () => {
      if (store.status().state !== 'ready' || performance.now() - asked > freshMs) {
        asked = performance.now()
        last = probe()
      }
      return last
    })

    async function probe(): Promise<boolean> {
      const tried = store.probe().then(({ state }) => state === 'ready')
      const late = Promise.withResolvers<boolean>()
      const timer = setTimeout(late.resolve, timeoutMs, false)
      try {
        return await Promise.race([tried, late.promise])
      } finally {
        clearTimeout(timer)
      }
    }
  },
  { name: 'readiness', fastify: '5.x' },
)
