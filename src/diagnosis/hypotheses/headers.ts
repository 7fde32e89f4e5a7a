import { providers } from '../../providers/registry.ts'
import type { Provider } from '../../providers/types.ts'
import { headerOf } from '../../verification/places.ts'
import type { Bench } from '../bench.ts'
import { withHeader } from '../kept-request.ts'
import type { Diagnosis } from '../types.ts'
import { isDefault, likely, listed, proven, secretSetting, settingPrefix, sourceLabel } from '../words.ts'

/** Every sender may send these. */
const common = /^(?:authorization|content-.*|user-agent|date|x-request-id|x-event-type|idempotency-key|webhook-id)$/
const carrier = /sign|hmac|hash|digest|token|auth|mac|webhook|hook|^x-/

/** The signature is there, under another name. */
export async function renamedHeader(bench: Bench): Promise<Diagnosis | null> {
  const { source, subject } = bench
  const { request } = subject
  const wanted = [...new Set(source.provider.schemes.flatMap(({ at }) => headerOf(at) ?? []))]
  const present = Object.entries(request.headers).filter(
    ([name, value]) => typeof value === 'string' && value.length >= 16 && value.length < 4096 && carrier.test(name),
  )
  for (const [name, value] of present) {
    for (const header of wanted) {
      if (header === name || request.headers[header] !== undefined || typeof value !== 'string') continue
      if (!(await bench.fits({ request: withHeader(request, header, value) }))) continue
      return proven(
        'renamed_header',
        `The signature is right, but it is in ${name} and not in ${header}: have the sender, or the proxy that renames it, send it as ${header}` +
          `${isOwnKind(source.provider) ? `, or set ${settingPrefix(source.name)}WEBHOOK_HEADER=${name}` : ''}.`,
      )
    }
  }
  return null
}

function isOwnKind({ name }: Provider): boolean {
  return name === 'generic' || name === 'token'
}

/** It is signed as another provider signs, with this source's secret. */
export async function otherProvider(bench: Bench): Promise<Diagnosis | null> {
  const { source } = bench
  for (const provider of presentIn(bench)) {
    if (!(await bench.fits({ provider }))) continue
    return proven(
      'other_provider',
      `It is rightly signed as ${provider.title} signs, but ${sourceLabel(source.name)} is set to ${source.provider.title}: ${advice(bench, provider)}.`,
    )
  }
  return null
}

/** It looks like another provider's, by its headers. */
export function foreignHeaders(bench: Bench): Diagnosis | null {
  const { source, subject } = bench
  const own = new Set(headersOf(source.provider))
  const ranked = presentIn(bench)
    .map((provider) => ({
      provider,
      found: headersOf(provider).filter((name) => subject.request.headers[name] !== undefined && !own.has(name)),
      named: String(subject.request.headers['user-agent'] ?? '')
        .toLowerCase()
        .includes(provider.name),
    }))
    .filter(({ found }) => found.length > 0)
    .sort((a, b) => Number(b.named) - Number(a.named) || b.found.length - a.found.length)
  const [best] = ranked
  if (best === undefined) return null
  const equals = ranked.filter(({ found, named }) => found.length === best.found.length && named === best.named)
  const titles = listed(equals.slice(0, 3).map(({ provider }) => provider.title))
  return likely(
    'other_provider',
    `It has no signature of ${source.provider.title}, but looks like ${titles}'s (${listed(best.found)}): ${advice(bench, best.provider)}.`,
  )
}

/** Those of whose schemes one has its signature's header in the request. */
function presentIn({ source, subject }: Bench): readonly Provider[] {
  return [...providers.values()].filter(
    (provider) =>
      provider.name !== source.provider.name &&
      provider.schemes.some(({ at }) => {
        const header = headerOf(at)
        return header !== null && !common.test(header) && subject.request.headers[header] !== undefined
      }),
  )
}

/** Headers that tell a provider's requests from others'. */
function headersOf(provider: Provider): readonly string[] {
  const places = [
    ...provider.schemes.flatMap((scheme) => [
      scheme.at,
      ...('timestamp' in scheme ? [scheme.timestamp?.from] : []),
      ...('id' in scheme ? [scheme.id] : []),
    ]),
    ...provider.id.flat(),
    ...provider.type.flat(),
  ]
  return [...new Set(places.flatMap((place) => headerOf(place) ?? []))].filter((name) => !common.test(name))
}

function advice({ source, knowledge }: Bench, provider: Provider): string {
  const other = knowledge.sources.find((one) => one.provider.name === provider.name && !isDefault(one.name))
  if (other !== undefined) return `have its sender post to /webhook/${other.name}`
  const setting = secretSetting(provider.name)
  return isDefault(source.name)
    ? `set ${setting} and have its sender post to /webhook/${provider.name}`
    : `set ${settingPrefix(source.name)}WEBHOOK_PROVIDER=${provider.name}, or give this sender a source of its own (${setting}, /webhook/${provider.name})`
}

/** Nothing that could be a signature is there. */
export function unsigned(bench: Bench): Diagnosis {
  const { source, subject } = bench
  const { provider } = source
  const wanted = [...new Set(provider.schemes.map(({ at }) => at.slice(at.indexOf(':') + 1)))]
  const own = headersOf(provider).filter((name) => subject.request.headers[name] !== undefined)
  if (own.length > 0) {
    return likely(
      'missing_signature',
      `It comes from ${provider.title} by its ${listed(own.slice(0, 3))}, but is not signed (no ${listed(wanted.slice(0, 3))}): no secret is set at the sender. ${provider.setup}`,
    )
  }
  return likely(
    'missing_signature',
    `It is not signed: there is no ${listed(wanted.slice(0, 4))}. Either it does not come from ${provider.title}, or nothing is set at the sender, or a proxy takes the header out. ${provider.setup}`,
  )
}
