import { ConfigError, loadConfig } from '../../../../src/config/load.ts'
import type { Config } from '../../../../src/config/types.ts'

export const secret = 'a-secret-that-must-not-be-shown'
export const whsec = `whsec_${Buffer.alloc(32, 7).toString('base64')}`

type Env = Readonly<Record<string, string>>

/** The configuration of a file that says this. */
export function configOf(value: unknown, env: Env = {}): Config {
  const file = { path: '/srv/posthorn.config.ts', name: 'posthorn.config.ts', value }
  return loadConfig(env, { cwd: '/srv' }, { file })
}

/** What is wrong with such a file, without its name in front of each line. */
export function problemsOf(value: unknown, env: Env = {}): readonly string[] {
  try {
    configOf(value, env)
    return []
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.problems.map((line) => line.replace(/^posthorn\.config\.ts: /, ''))
  }
}
