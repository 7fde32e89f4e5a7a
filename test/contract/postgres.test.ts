import { parseDatabaseUrl } from '../../src/store/postgres/address.ts'
import { openPostgresStore } from '../../src/store/postgres/store.ts'
import { describePostgres } from '../support/postgres.ts'
import { clockContract } from './clock.contract.ts'
import { replicasContract } from './replicas.contract.ts'
import { patientMs, storeContract } from './store.contract.ts'
import type { Harness } from './support.ts'

await describePostgres('postgres', (server) => {
  const createHarness = (): Harness => {
    let url: Promise<string> | null = null
    return {
      async open(options) {
        url ??= server.createDatabase()
        const address = parseDatabaseUrl(await url)
        if ('problem' in address) throw new Error(address.problem)
        return openPostgresStore({ address, timeoutMs: patientMs, ...options })
      },
    }
  }
  storeContract('postgres', createHarness)
  replicasContract('postgres', createHarness)
  clockContract('postgres', createHarness)
})
