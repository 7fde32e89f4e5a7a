import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { endAll, startGateway } from '../reliability/support/gateway.ts'
import { can, needsProgram } from '../reliability/support/machine.ts'
import { listAll, openStore } from '../reliability/support/reconcile.ts'
import { restartInTurn } from '../reliability/support/rolling.ts'
import { tempDir } from '../support/temp-dir.ts'

test('gateways behind a load balancer restart one after the other and no request fails', {
  timeout: 90_000,
}, async (t) => {
  if (!can(t, needsProgram('haproxy'))) return
  const directory = tempDir()
  t.after(endAll)
  const names = ['first', 'second']
  const { acked, requests, failures, balancer } = await restartInTurn({
    directory,
    names,
    start: (name, port) =>
      startGateway({ dataDir: join(directory, name), env: { PORT: String(port), DRAIN_SECONDS: '3' } }),
  })
  if (failures.length > 0) t.diagnostic(balancer)

  const stored: (string | null)[] = []
  for (const name of names) {
    const store = await openStore(join(directory, name))
    stored.push(...(await listAll(store)).map(({ externalId }) => externalId))
    await store.close()
  }
  t.diagnostic(
    `rolling restart: ${names.length} restarts, ${requests} requests, ${failures.length} failed, ${stored.length} stored`,
  )
  assert.deepEqual(failures.slice(0, 10), [])
  assert.deepEqual(new Set(stored), acked)
  assert.equal(stored.length, acked.size)
})
