import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import type { TestContext } from 'node:test'

/** Something that a proof needs and this machine does not offer; null: it does. */
export type Lack = { readonly reason: string; readonly canBeInstalled: boolean } | null

/**
 * Whether the proof can run here. If not, it is skipped and says why; but in CI what could have been installed is a
 * failure, or nobody would notice that nothing is proved any more.
 */
export function can(t: TestContext, ...lacks: readonly Lack[]): boolean {
  const lack = lacks.find((found) => found !== null)
  if (lack === undefined || lack === null) return true
  if (lack.canBeInstalled && process.env['CI'] === 'true') assert.fail(`${lack.reason}: install it`)
  t.skip(lack.reason)
  return false
}

export function needsProgram(name: string): Lack {
  for (const directory of [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']) {
    try {
      accessSync(join(directory, name), constants.X_OK)
      return null
    } catch {
      // Not in this one.
    }
  }
  return { reason: `${name} is not installed`, canBeInstalled: true }
}

export function needsFile(path: string, what: string): Lack {
  try {
    accessSync(path, constants.R_OK)
    return null
  } catch {
    return { reason: `${what} is not installed`, canBeInstalled: true }
  }
}

/** Mounting takes root, and a kernel that lets root do it: containers mostly do not. */
export function needsMount(directory: string, type: 'tmpfs' | 'loop'): Lack {
  if (process.getuid?.() !== 0) return { reason: 'only root can mount', canBeInstalled: false }
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory)
    run('umount', directory)
    if (type === 'loop') {
      const image = join(directory, 'probe.img')
      run('truncate', '-s', '64K', image)
      run('losetup', '--detach', run('losetup', '--find', '--show', image).trim())
    }
    return null
  } catch (error) {
    return { reason: `this machine cannot mount (${type}): ${String(error)}`, canBeInstalled: false }
  }
}

/** Injecting faults means tracing, which some containers forbid. */
export function needsStrace(): Lack {
  const missing = needsProgram('strace')
  if (missing !== null) return missing
  try {
    run('strace', '-f', '--seccomp-bpf', '-qq', '-o', '/dev/null', '-e', 'trace=fsync', 'true')
    return null
  } catch (error) {
    return { reason: `this machine does not let strace trace: ${String(error)}`, canBeInstalled: false }
  }
}

/** @throws with what the program said when it fails */
export function run(program: string, ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
}
