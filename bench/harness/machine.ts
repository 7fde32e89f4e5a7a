import { execFileSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { cpus, loadavg, release, totalmem } from 'node:os'
import { benchDir } from './process.ts'

export interface Machine {
  readonly cpu: string
  readonly cores: number
  readonly memoryGiB: number
  readonly kernel: string
  readonly node: string
  readonly fileSystem: string
  /** Of one minute, before anything was measured: what else the machine was doing. */
  readonly loadBefore: number
  readonly commit: string
  readonly date: string
}

// Magic numbers of statfs(2) for the file systems that databases are usually kept on.
const fileSystems: ReadonlyMap<number, string> = new Map([
  [0xef53, 'ext4'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0x2fc12fc1, 'zfs'],
  [0x794c7630, 'overlayfs'],
  [0x01021994, 'tmpfs (in memory: durable figures mean nothing)'],
])

function git(...words: string[]): string {
  try {
    return execFileSync('git', ['-C', benchDir, ...words], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim()
  } catch {
    return ''
  }
}

function commit(): string {
  const changed = git('status', '--porcelain', '--', '../src', '../plugins', '../routes') !== ''
  return `${git('rev-parse', '--short', 'HEAD') || 'unknown'}${changed ? ' with uncommitted changes' : ''}`
}

export function describeMachine(): Machine {
  const type = statfsSync(benchDir).type
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 1024 ** 3),
    kernel: `Linux ${release()}`,
    node: process.version,
    fileSystem: fileSystems.get(type) ?? `type 0x${type.toString(16)}`,
    loadBefore: loadavg()[0] ?? 0,
    commit: commit(),
    date: new Date().toISOString().slice(0, 10),
  }
}
