import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import type { Environment } from '../config/environment.ts'
import { CliError } from './errors.ts'
import type { Io } from './io.ts'

/** The environment, and below it what a `.env` in the current folder says. */
export function environmentOf({ env, cwd }: Io): Environment {
  const path = join(cwd, '.env')
  try {
    return { ...parseEnv(readFileSync(path, 'utf8')), ...env }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return env
    throw new CliError(`${path} cannot be read: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
