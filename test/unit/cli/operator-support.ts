import assert from 'node:assert/strict'
import type { TestContext } from 'node:test'
import type { Store } from '../../../src/store/types.ts'
import { type Api, openApi, token } from '../../api/support.ts'
import { type CliOptions, type CliResult, cli, type RunningCli, startCli } from '../../support/cli.ts'

export { token }

export interface OperatorCli extends Api {
  readonly url: string
  /** A command line for this gateway, with its token. */
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>
  start(args: readonly string[], options?: CliOptions): RunningCli
  /** Ends every delivery that is due for a destination. */
  settle(destination: string, outcome: 'done' | 'dead' | 'retry'): Promise<void>
}

/** A gateway on a socket, with the destinations `app` and `crm/hooks`, to which nothing is delivered. */
export async function operatorCli(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
  replace?: (store: Store) => Store,
): Promise<OperatorCli> {
  const api = await openApi(t, env, replace)
  await api.app.listen({ port: 0, host: '127.0.0.1' })
  const address = api.app.server.address()
  assert.ok(address !== null && typeof address === 'object')
  const url = `http://127.0.0.1:${address.port}`
  const given = (options: CliOptions = {}) => ({
    ...options,
    env: { POSTHORN_URL: url, ADMIN_TOKEN: token, ...options.env },
  })
  return {
    ...api,
    url,
    run: (args, options) => cli(args, given(options)),
    start: (args, options) => startCli(args, given(options)),
    async settle(destination, outcome) {
      const { leases } = await api.store.claim([{ destination, limit: 100, leaseMs: 60_000 }], Date.now() + 1)
      const settlements = leases.map(({ attempt, event }) => ({
        eventId: event.id,
        destination,
        attempt,
        outcome,
        status: outcome === 'done' ? 200 : 500,
        error: outcome === 'done' ? null : 'it answered 500',
        ...(outcome === 'retry' ? { dueAt: Date.now() + 60_000 } : {}),
      }))
      await api.store.settle(settlements, Date.now())
    },
  }
}
