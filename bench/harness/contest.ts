import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Contender } from './contenders.ts'
import { benchDir, launch, type RunningServer } from './process.ts'

export interface Cores {
  readonly server: string
  readonly generator: string
}

/** One core each; with `both`, the server may also use the generator's. */
export function chooseCores(both: boolean): Cores {
  return { server: both ? '0,1' : '0', generator: '1' }
}

export interface StartedContender {
  readonly contender: Contender
  readonly server: RunningServer
  /** Where events are handed on to; null when they are not. */
  readonly sink: RunningServer | null
  /** Where it keeps its events; null when it keeps none. */
  readonly dataDir: string | null
  /** Ends the server, then tells the bytes of all files it kept and removes them. */
  stop(): Promise<number>
}

export interface StartOptions {
  readonly cores: Cores
  /** Of Node, before the file: profiling and the like. */
  readonly nodeArguments?: readonly string[]
  /** A directory that already holds events; kept afterwards. */
  readonly dataDir?: string
  readonly env?: Readonly<Record<string, string>>
}

// Beside the code and not in the system's temporary directory: that is often kept in memory, where fsync costs nothing.
const scratchDir = join(benchDir, 'data')
const scratch = new Set<string>()
process.on('exit', () => {
  for (const directory of scratch) rmSync(directory, { recursive: true, force: true })
})

export function createScratchDir(): string {
  mkdirSync(scratchDir, { recursive: true })
  const directory = mkdtempSync(join(scratchDir, 'run-'))
  scratch.add(directory)
  return directory
}

export function removeScratchDir(directory: string): void {
  rmSync(directory, { recursive: true, force: true })
  scratch.delete(directory)
}

export function directoryBytes(directory: string): number {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0)
}

function launchSink(cores: Cores): Promise<RunningServer> {
  return launch({ command: [process.execPath, 'servers/sink.ts'], cores: cores.generator, cwd: benchDir, env: {} })
}

/** Starts a contender with an empty data directory, and a sink where it needs one. */
export async function startContender(contender: Contender, options: StartOptions): Promise<StartedContender> {
  const dataDir = contender.stores ? (options.dataDir ?? createScratchDir()) : null
  const sink = contender.forwards ? await launchSink(options.cores) : null
  const server = await launch({
    command: [
      process.execPath,
      ...(contender.nodeArguments ?? []),
      ...(options.nodeArguments ?? []),
      join(benchDir, contender.file),
    ],
    cores: options.cores.server,
    cwd: join(benchDir, '..'),
    env: {
      ...contender.env,
      ...(dataDir === null ? {} : { DATA_DIR: dataDir }),
      ...(sink === null ? {} : { [contender.sinkVariable ?? 'FORWARD_URL']: `http://127.0.0.1:${sink.port}/` }),
      ...options.env,
    },
  })
  return {
    contender,
    server,
    sink,
    dataDir,
    async stop() {
      await server.stop()
      await sink?.stop()
      if (dataDir === null) return 0
      const bytes = directoryBytes(dataDir)
      if (options.dataDir === undefined) removeScratchDir(dataDir)
      return bytes
    },
  }
}
