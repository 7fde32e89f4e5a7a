import { openSqliteStore } from '../../src/store/sqlite/store.ts'
import { tempDir } from '../support/temp-dir.ts'
import { storeContract } from './store.contract.ts'

storeContract('sqlite', () => {
  const dataDir = tempDir()
  return { open: (options) => openSqliteStore({ dataDir, ...options }) }
})

// The same with an index that spills to disk after a handful of keys.
storeContract('sqlite, tiny segments', () => {
  const dataDir = tempDir()
  return { open: (options) => openSqliteStore({ dataDir, segmentSize: 4, ...options }) }
})
