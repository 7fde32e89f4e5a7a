import type { NameSource, Scheme } from '../../../src/providers/types.ts'

/** What proves a request, in one line: where it is, how it is made of what, and how long it counts. */
export function schemeInWords(scheme: Scheme): string {
  const over = signedOf(scheme)
  const limit = limitOf(scheme)
  return [`${placeOf(scheme)}: ${howOf(scheme)}${over === '' ? '' : ` of ${over}`}`, limit].filter(Boolean).join(', ')
}

/** Where a scheme's signature, token or JWT is, with what stands around it. */
export function placeOf(scheme: Scheme): string {
  const list = 'list' in scheme ? scheme.list : undefined
  const label = list?.label === undefined ? '' : `${list.label}${list.assign}`
  const around = `${list?.lead ?? ''}${label}${scheme.prefix ?? ''}`
  const when = scheme.when === undefined ? '' : `, with ${code(scheme.when.at)}${conditionOf(scheme.when)}`
  return code(scheme.at) + (around === '' ? '' : ` ${code(`${around}…`)}`) + when
}

export function namesInWords(sources: readonly NameSource[]): string {
  return sources.map((source) => code(typeof source === 'string' ? source : source.join(' + '))).join(', else ')
}

/** Any value of a row: what a newer field says is shown too, if less well. */
export function valueInWords(value: unknown): string {
  if (Array.isArray(value)) return value.map(valueInWords).join('; ')
  if (typeof value !== 'object' || value === null) return typeof value === 'string' ? code(value) : String(value)
  return Object.entries(value)
    .map(([name, part]) => {
      const words = valueInWords(part)
      return typeof part === 'object' ? `${name} (${words})` : `${name} ${words}`
    })
    .join(', ')
}

/** Line feeds are shown as \n. */
export function code(text: string): string {
  return text === '' ? 'nothing' : `\`${text.replaceAll('\n', '\\n')}\``
}

function conditionOf(when: NonNullable<Scheme['when']>): string {
  const { at: _at, ...rest } = when
  if (rest.is !== undefined) return ` being ${code(rest.is)}`
  if (rest.startsWith !== undefined) return ` beginning ${code(rest.startsWith)}`
  if (rest.absent) return ' absent'
  return Object.keys(rest).length === 0 ? '' : ` (${valueInWords(rest)})`
}

function signedOf(scheme: Scheme): string {
  if ('signed' in scheme) return code(scheme.signed)
  if (!('claims' in scheme)) return ''
  if (scheme.at === 'body') return 'its claims'
  return Object.entries(scheme.claims)
    .map(([claim, value]) => `${code(claim)} = ${code(value)}`)
    .join(', ')
}

function howOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return scheme.basic ? 'user and password (Basic)' : 'the secret itself'
  const published = scheme.key.form === 'fetched' ? ', with a key that is fetched,' : ''
  if (scheme.kind === 'jwt') return `JWT (${scheme.algorithms.join(', ')})${published}`
  return `${algorithmOf(scheme)} in ${scheme.encoding}${published}`
}

const kinds: Readonly<Record<string, string>> = { ed25519: 'Ed25519', hash: '' }

function algorithmOf(scheme: Exclude<Scheme, { readonly kind: 'token' | 'jwt' }>): string {
  const hash = 'hash' in scheme ? scheme.hash.toUpperCase().replace('SHA', 'SHA-') : ''
  const kind = kinds[scheme.kind] ?? scheme.kind.toUpperCase()
  const secret = 'secretAt' in scheme ? ` with the secret ${scheme.secretAt === 'start' ? 'before' : 'after'}` : ''
  return [kind, hash].filter(Boolean).join('-') + secret
}

function limitOf(scheme: Scheme): string {
  if ('timestamp' in scheme) return scheme.timestamp === undefined ? '' : `within ${scheme.timestamp.tolerance} s`
  if (!('time' in scheme) || scheme.time === undefined) return ''
  return scheme.time === 'exp' ? 'until it expires' : `within ${scheme.time.iat} s`
}
