import { enableCompileCache } from 'node:module'

// Before anything else is loaded.
enableCompileCache()

const { processIo } = await import('./io.ts')
const { runCli } = await import('./program.ts')

// `posthorn providers | head` closes the pipe early, which is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})
process.exitCode = await runCli(process.argv.slice(2), processIo())
