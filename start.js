// What `npm start` runs. Plain JavaScript, so that the compile cache is on before a TypeScript file is loaded: with a
// warm cache the gateway starts in half the time and needs a fifth less memory.
import { enableCompileCache } from 'node:module'

enableCompileCache()
await import('./src/server.ts')
