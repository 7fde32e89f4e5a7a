import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { tempDir } from '../support/temp-dir.ts'
import { patientMs, storeContract } from './store.contract.ts'

storeContract('sqlite', () => {
  const dataDir = tempDir()
  return { open: (options) => openSqliteStore({ dataDir, timeoutMs: patientMs, ...options }) }
})

// The same with an index that spills to disk after a handful of keys.
storeContract('sqlite, tiny segments', () => {
  const dataDir = tempDir()
  return { open: (options) => openSqliteStore({ dataDir, timeoutMs: patientMs, segmentSize: 4, ...options }) }
})
