import { canCarryProof, mayBeUnsigned, withOwnHeader } from '../providers/own-header.ts'
import type { Provider } from '../providers/types.ts'
import { type Environment, type Findings, given } from './environment.ts'
import { parse, quote } from './parse.ts'
import type { Platform } from './platform.ts'
import { Settings } from './schema.ts'
import type { SourceConfig } from './types.ts'

/** Whether a setting says beside a secret whose events a source takes, and is therefore read with its source. */
export const isProtection = (name: string): boolean => /WEBHOOK_(?:HEADER|ALLOW|UNSIGNED)$/.test(name)

/** The provider's row, its proof in the header of `<prefix>_WEBHOOK_HEADER` where that is set. */
export function applyHeader(env: Environment, variable: string, provider: Provider, findings: Findings): Provider {
  const header = readOne(env, variable, 'HEADER', findings)
  if (typeof header !== 'string') return provider
  if (!canCarryProof(header)) {
    findings.problems.push(`${variable}: ${quote(header)} has a meaning of its own; give a header such as X-Signature.`)
    return provider
  }
  const own = withOwnHeader(provider, header)
  if (own !== null) return own
  findings.problems.push(
    `${variable}: is set, but ${provider.title} has headers of its own; remove it, or set the provider to ` +
      'generic (an HMAC over the body) or token (the secret itself).',
  )
  return provider
}

/** The addresses that may send; null: any. */
export function readAllow(env: Environment, variable: string, findings: Findings): readonly string[] | null {
  if (env[variable] !== undefined && given(env, variable) === null) {
    // Taken for "not set", it would let everybody in.
    findings.problems.push(`${variable}: is set but empty; give the addresses, or remove the variable.`)
    return null
  }
  const ranges = readOne(env, variable, 'ALLOW', findings)
  return Array.isArray(ranges) ? Object.freeze(ranges) : null
}

/** Whether a source is taken at its address alone. What contradicts that, or is missing for it, is reported. */
export function isUnsigned(
  env: Environment,
  prefix: string,
  { provider, allow, hasSecret }: Pick<SourceConfig, 'provider' | 'allow'> & { readonly hasSecret: boolean },
  settings: Settings,
  findings: Findings,
): boolean {
  const { problems } = findings
  const secret = `${prefix}_WEBHOOK_SECRET`
  const variable = `${prefix}_WEBHOOK_UNSIGNED`
  if (readOne(env, variable, 'UNSIGNED', findings) !== true) return false
  if (hasSecret) {
    problems.push(`${variable}: is true, but the source has a secret; remove one of the two.`)
  } else if (given(env, `${prefix}_WEBHOOK_HEADER`) !== null) {
    problems.push(
      `${prefix}_WEBHOOK_HEADER: is set, but ${variable} says that nothing is looked for; remove one of the two.`,
    )
  } else if (!mayBeUnsigned(provider)) {
    problems.push(`${variable}: is true, but ${provider.title} can prove its requests; set ${secret} instead.`)
  } else if (settings.REQUIRE_SIGNATURE) {
    problems.push(
      `${variable}: is true, but REQUIRE_SIGNATURE asks for a secret; set ${secret}, or remove one of the two.`,
    )
  } else if (allow === null && env[`${prefix}_WEBHOOK_ALLOW`] === undefined) {
    problems.push(`${variable}: is true without ${prefix}_WEBHOOK_ALLOW, so everybody could send; set that one too.`)
  }
  return true
}

/** Says of the first setting of a source that has no secret that it lacks one. `start`: `ACME_`, or nothing. */
export function reportLonely(env: Environment, start: string, { problems }: Findings): void {
  const secret = `${start}WEBHOOK_SECRET`
  if (env[secret] !== undefined) return
  for (const ending of start === '' ? ['HEADER', 'ALLOW'] : ['VERIFY_TOKEN', 'PROVIDER', 'HEADER', 'ALLOW']) {
    const variable = `${start}WEBHOOK_${ending}`
    if (given(env, variable) === null) continue
    const or =
      start !== '' && ending === 'ALLOW'
        ? `, or ${start}WEBHOOK_UNSIGNED=true where the address is all that the sender can show`
        : ''
    problems.push(`${variable}: is set without ${secret}; set that one too${or}.`)
    return
  }
}

/** Says that there is no secret at all, which is for trying it out. */
export function reportUnsigned(
  env: Environment,
  allow: readonly string[] | null,
  settings: Settings,
  { problems, warnings }: Findings,
): void {
  if (given(env, 'WEBHOOK_HEADER') !== null) {
    problems.push('WEBHOOK_HEADER: is set without WEBHOOK_SECRET; set that one too.')
  }
  if (settings.REQUIRE_SIGNATURE) {
    problems.push(
      'REQUIRE_SIGNATURE: is true, but there is no secret to check signatures with; set WEBHOOK_SECRET or <SOURCE>_WEBHOOK_SECRET.',
    )
    return
  }
  const who = allow === null ? 'whoever sends it' : 'from every address in WEBHOOK_ALLOW'
  warnings.push(`No secret is set: every event is accepted, ${who}. Set WEBHOOK_SECRET.`)
}

/** Warns where everybody would come from the address of a proxy. */
export function reportProxied(
  sources: Iterable<SourceConfig>,
  { proxy, proxyRange }: Platform,
  settings: Settings,
  { warnings }: Findings,
): void {
  if (proxy === null || settings.TRUST_PROXY !== undefined) return
  const names = [...sources].filter(({ allow }) => allow !== null).map(({ name }) => `"${name}"`)
  if (names.length === 0) return
  const range = proxyRange === null ? '' : ` (TRUST_PROXY=${proxyRange})`
  warnings.push(
    `TRUST_PROXY is not set, but on ${proxy} every request comes from the address of a proxy, and by that the addresses ` +
      `allowed for ${names.join(', ')} are judged: set it to the proxy's${range}.`,
  )
}

/** One setting of a source, read as the schema says; undefined when it is not set or cannot be used. */
function readOne(
  env: Environment,
  variable: string,
  ending: 'HEADER' | 'ALLOW' | 'UNSIGNED',
  findings: Findings,
): unknown {
  const text = given(env, variable)
  if (text === null) return undefined
  const { kind, accepted } = Settings.properties[`<SOURCE>_WEBHOOK_${ending}`]
  const parsed = parse(kind, text)
  if ('value' in parsed) return parsed.value
  findings.problems.push(`${variable}: ${parsed.refused} is not accepted; give ${accepted}.`)
  return undefined
}
