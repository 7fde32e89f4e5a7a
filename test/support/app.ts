import { Writable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { type AppDeps, buildApp } from '../../src/app.ts'
import { loadConfig } from '../../src/config/load.ts'
import { systemClock } from '../../src/delivery/clock.ts'
import type { Destination } from '../../src/delivery/types.ts'
import { isOperatorOpen } from '../../src/operator/access.ts'
import { createMetrics } from '../../src/operator/metrics.ts'
import { createOperator } from '../../src/operator/operator.ts'
import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import type { Store } from '../../src/store/types.ts'
import type { Cleanup, LogLine } from './gateway.ts'
import { tempDir } from './temp-dir.ts'

export interface TestApp {
  /** Not ready yet: a test may still add to it. */
  readonly app: FastifyInstance
  readonly store: Store
  /** The log so far. */
  readonly lines: readonly LogLine[]
  /** Sets the gateway's clock (Unix milliseconds); null: the real one. */
  setNow(now: number | null): void
}

/** The gateway in this process, with a real store of its own; closed with the test. */
export async function buildTestApp(
  t: Cleanup,
  env: Readonly<Record<string, string>> = {},
  /** Makes another store of the real one, for what a healthy store never does. */
  replace: (store: Store) => Store = (store) => store,
  /** Where keys are fetched; by default from the senders themselves, which no test may reach. */
  openKeys?: AppDeps['openKeys'],
  /** Nothing is delivered to them. */
  destinations: readonly Destination[] = [],
): Promise<TestApp> {
  const dataDir = tempDir()
  const config = loadConfig({ LOG_LEVEL: 'trace', ...env, DATA_DIR: dataDir }, { cwd: dataDir })
  const store = await openSqliteStore({ dataDir, timeoutMs: 20_000, dedupRetentionMs: config.dedupRetentionMs })
  const lines: LogLine[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(JSON.parse(String(chunk)))
      done()
    },
  })
  let clock: number | null = null
  const logger = pino({ level: config.logLevel }, sink)
  const dispatcher = {
    wake: () => {},
    tryNow: () => {},
    leftAloneUntil: () => null,
    breakerState: () => null,
    isThrottled: () => false,
  }
  const used = replace(store)
  const names = destinations.map(({ name }) => name)
  const operator = createOperator({
    config,
    store: used,
    destinations: names,
    dispatcher,
    clock: systemClock,
    log: logger,
  })
  const sources = [config.defaultSource, ...config.sources.values()]
  const metrics = createMetrics({
    sources,
    destinations: operator.destinations,
    store: used,
    dataDir,
    breaker: () => 'half-open',
    onAnswer: operator.answers.observe,
  })
  const app = await buildApp(config, {
    store: used,
    destinations,
    wake: dispatcher.wake,
    operator: isOperatorOpen(config) ? operator : null,
    metrics,
    logger,
    now: () => clock ?? Date.now(),
    ...(openKeys === undefined ? {} : { openKeys }),
  })
  t.after(async () => {
    await operator.stop()
    await app.close()
    await store.close()
  })
  return {
    app,
    store,
    lines,
    setNow(now) {
      clock = now
    },
  }
}
