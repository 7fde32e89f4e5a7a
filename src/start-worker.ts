import { Worker } from 'node:worker_threads'

/**
 * Starts the file of that name beside the calling module as a thread: `.ts` when running from source, `.js` when
 * compiled (the compiler rewrites extensions in imports, not in strings).
 *
 * The few words of JavaScript that the thread begins with switch the compile cache on before a TypeScript file is
 * loaded. With a warm cache the thread then needs no type stripper, which is some 15 MB.
 */
export function startWorker(name: string, callerUrl: string, workerData?: unknown): Worker {
  const file = new URL(`./${name}${callerUrl.endsWith('.ts') ? '.ts' : '.js'}`, callerUrl).href
  const code = `require('node:module').enableCompileCache(); import(${JSON.stringify(file)})`
  return new Worker(code, { eval: true, workerData })
}
