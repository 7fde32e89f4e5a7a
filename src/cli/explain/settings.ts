import { ConfigError, readConfig } from '../../config/load.ts'
import { secretVariable } from '../../config/secret-variable.ts'
import type { Config } from '../../config/types.ts'
import { segmentOf } from '../../diagnosis/kept-request.ts'
import { environmentOf } from '../environment.ts'
import { CliError } from '../errors.ts'
import { providerNamed } from '../find-provider.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'
import type { CapturedRequest } from './captured.ts'
import type { ExplainOptions } from './options.ts'

const DEFAULT_SOURCE = 'default'

/** The gateway's settings as they are here, and the source that a request is for. */
export async function settingsFor(
  io: Io,
  capture: CapturedRequest,
  options: ExplainOptions,
): Promise<{ readonly config: Config; readonly source: string }> {
  const { provider, publicUrl } = options
  const row = provider === undefined ? undefined : providerNamed(provider)
  const named = options.source ?? (row === undefined || row.name === 'generic' ? undefined : row.name)
  const env: Record<string, string | undefined> = { ...environmentOf(io) }
  const isDefault = named === undefined || named === DEFAULT_SOURCE
  const variable = secretVariable(isDefault ? 'generic' : named)
  if (options.secretFile !== undefined) {
    const text = (await readInput(io, options.secretFile, '--secret-file')).toString('utf8').replace(/\r?\n$/, '')
    if (text === '') throw new CliError('--secret-file: is empty')
    env[variable] = text
    delete env[`${variable}_PREVIOUS`]
  }
  if (row !== undefined && !isDefault) env[variable.replace(/_SECRET$/, '_PROVIDER')] = row.name
  if (publicUrl !== undefined) env['PUBLIC_URL'] = publicUrl
  const config = await load(env, io.cwd)
  const source = named ?? sourceOf(config, capture)
  if (source !== DEFAULT_SOURCE && !config.sources.has(source)) {
    throw new CliError(
      `there is no source "${source}" in the settings here`,
      `Set ${variable}, here or in .env, or give the secret with --secret-file <path> ("-" reads standard input).`,
    )
  }
  const chosen = source === DEFAULT_SOURCE ? config.defaultSource : config.sources.get(source)
  if (config.defaultSourceOpen && source === DEFAULT_SOURCE && chosen?.secrets === null) {
    throw new CliError(
      'no secret to judge it with is set, here or in .env',
      'Set WEBHOOK_SECRET or <SOURCE>_WEBHOOK_SECRET to the gateway’s, or say --provider <name> --secret-file <path>.',
    )
  }
  return { config, source }
}

/** By its path; where that is not the gateway's, the only source that there is. */
function sourceOf(config: Config, { url }: CapturedRequest): string {
  const segment = segmentOf(url)
  if (config.sources.has(segment)) return segment
  const names = [...config.sources.keys()]
  const [only] = names
  if (segment !== '' || names.length === 0) return DEFAULT_SOURCE
  if (names.length === 1 && only !== undefined && config.defaultSource.secrets === null) return only
  throw new CliError(
    `the path ${url.split('?')[0]} does not say which source the request is for`,
    `Say it with --source: ${names.join(', ')}${config.defaultSource.secrets === null ? '' : ` or ${DEFAULT_SOURCE}`}.`,
  )
}

async function load(env: Readonly<Record<string, string | undefined>>, cwd: string): Promise<Config> {
  try {
    return await readConfig(env, { cwd })
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    throw new CliError('the settings here cannot be used', error.problems.join('\n'))
  }
}
