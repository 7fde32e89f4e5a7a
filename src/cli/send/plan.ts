import type { Environment } from '../../config/environment.ts'
import { parse } from '../../config/parse.ts'
import type { Provider } from '../../providers/types.ts'
import type { Plan } from '../../sending/compose.ts'
import { sampleOf } from '../../sending/samples/index.ts'
import { needsSignature } from '../../signing/faults.ts'
import { canSign } from '../../signing/keys.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { SendOptions } from './options.ts'
import { readData } from './payload.ts'
import { findSecret } from './secret.ts'

/** What the options, the environment and the provider say together. Throws `CliError` where they make no sense. */
export async function planOf(io: Io, env: Environment, provider: Provider, options: SendOptions): Promise<Plan> {
  const { source = provider.name, fault = null, unsigned } = options
  if (unsigned && fault !== null && needsSignature(fault)) {
    throw new CliError(`--unsigned and --fault ${fault} exclude each other`, 'Leave one of them out.')
  }
  if (unsigned && (options.secret !== undefined || options.secretFile !== undefined)) {
    throw new CliError('--unsigned and a secret exclude each other', 'Leave one of them out.')
  }
  if (!unsigned) assertSignable(provider, options.scheme)
  const found = unsigned ? null : await findSecret(io, env, provider, source, options)
  const isDefault = found?.isDefault ?? (provider.name === 'generic' && source === 'generic')
  const url = options.url ?? defaultUrl(env, isDefault && provider.name === 'generic' ? segmentOf(options) : source)
  return {
    provider,
    source,
    isDefault,
    url,
    publicUrl: options.publicUrl ?? settingOf(env, 'PUBLIC_URL', 'url') ?? url.origin,
    secret: found?.text ?? null,
    schemeName: options.scheme ?? (options.data === undefined ? sampleOf(provider).scheme : undefined),
    fault,
    event: options.event,
    id: options.id,
    body: options.data === undefined ? null : await readData(io, options.data),
    headers: options.header ?? [],
    tolerance: toleranceOf(env),
    now: io.now,
  }
}

/** Some senders publish the keys that the gateway fetches, and nobody else can sign for those. */
function assertSignable({ title, name, schemes }: Provider, schemeName: string | undefined): void {
  const wanted = schemes.filter((scheme) => schemeName === undefined || scheme.name === schemeName)
  if (wanted.length === 0 || wanted.some(canSign)) return
  throw new CliError(
    `${title} signs with private keys of its own${schemeName === undefined ? '' : ` (${schemeName})`}, and the gateway fetches the ` +
      'public ones from it: nobody else can send what it sends',
    `Have ${title} send a test event ("posthorn providers ${name}" has its documentation). What becomes of an event after it was ` +
      'verified can be tried with "posthorn send generic --event <type> --data <file>".',
  )
}

/** The default source's events are named by their path. */
function segmentOf({ event = 'user.created' }: SendOptions): string {
  return encodeURIComponent(event)
}

function defaultUrl(env: Environment, segment: string): URL {
  const port = env['PORT'] === undefined || !/^\d{1,5}$/.test(env['PORT'].trim()) ? '3000' : env['PORT'].trim()
  return new URL(`http://localhost:${port}/webhook/${segment}`)
}

function settingOf(env: Environment, name: string, kind: 'url'): string | null {
  const text = env[name]?.trim() ?? ''
  if (text === '') return null
  const parsed = parse(kind, text)
  if ('value' in parsed && typeof parsed.value === 'string') return parsed.value
  throw new CliError(`${name}: ${'refused' in parsed ? parsed.refused : 'the value given'} is no URL the gateway takes`)
}

function toleranceOf(env: Environment): number | null {
  const parsed = parse('integer', env['TIMESTAMP_TOLERANCE_SECONDS'] ?? '')
  return 'value' in parsed && typeof parsed.value === 'number' ? parsed.value : null
}
