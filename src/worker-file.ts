/**
 * The URL of a worker thread's file beside the calling module: `.ts` when running from source, `.js` when compiled.
 * (The compiler rewrites extensions in imports, not in strings.)
 */
export function workerFile(name: string, callerUrl: string): URL {
  return new URL(`./${name}${callerUrl.endsWith('.ts') ? '.ts' : '.js'}`, callerUrl)
}
