import { usesVerifyToken } from '../handshakes/tokens.ts'
import type { Provider } from '../providers/types.ts'
import { secretWarning, validateSecret } from '../verification/secrets.ts'
import type { SourceSecrets } from '../verification/types.ts'
import { type Environment, type Findings, givenSecret } from './environment.ts'
import type { FileSource } from './file/sources.ts'

/** A source's secrets, from the one place that has them. */
export function secretsOf(
  env: Environment,
  entry: FileSource,
  variable: string,
  provider: Provider,
  findings: Findings,
): SourceSecrets | null {
  const { at, secret, previousSecret } = entry
  if (secret === null && previousSecret === null && !entry.secretGiven) {
    return readSecrets(env, variable, provider, findings)
  }
  for (const name of [variable, `${variable}_PREVIOUS`]) {
    if (env[name] !== undefined) findings.problems.push(`${at}.secret: ${name} is set too; keep one of the two.`)
  }
  if (secret === null) {
    // Of a secret that could not be read it has been said.
    if (!entry.secretGiven) findings.problems.push(`${at}.previousSecret: is there without secret; give that one too.`)
    return null
  }
  checkSecret(`${at}.secret`, provider, secret, findings)
  if (previousSecret !== null) checkSecret(`${at}.previousSecret`, provider, previousSecret, findings)
  return Object.freeze({ current: secret, previous: previousSecret })
}

/** The secret in `variable` and its predecessor; null when there is none, or one that cannot be used. */
export function readSecrets(
  env: Environment,
  variable: string,
  provider: Provider,
  findings: Findings,
): SourceSecrets | null {
  const previousVariable = `${variable}_PREVIOUS`
  const current = givenSecret(env, variable, findings)
  const previous = givenSecret(env, previousVariable, findings)
  if (current === null) {
    if (previous !== null) findings.problems.push(`${previousVariable}: is set without ${variable}; set that one too.`)
    return null
  }
  checkSecret(variable, provider, current, findings)
  if (previous !== null) checkSecret(previousVariable, provider, previous, findings)
  return Object.freeze({ current, previous })
}

/** Below this it can be guessed. */
const SAFE_TOKEN_LENGTH = 16

export function readVerifyToken(
  env: Environment,
  prefix: string,
  provider: Provider,
  findings: Findings,
): string | null {
  const variable = `${prefix}_WEBHOOK_VERIFY_TOKEN`
  const token = givenSecret(env, variable, findings)
  if (token !== null) checkVerifyToken(variable, token, provider, findings)
  return token
}

/** The one place that has it: the file or the environment. */
export function verifyTokenOf(
  env: Environment,
  { at, verifyToken }: FileSource,
  prefix: string,
  provider: Provider,
  findings: Findings,
): string | null {
  if (verifyToken === null) return readVerifyToken(env, prefix, provider, findings)
  const variable = `${prefix}_WEBHOOK_VERIFY_TOKEN`
  if (env[variable] !== undefined) {
    findings.problems.push(`${at}.verifyToken: ${variable} is set too; keep one of the two.`)
  }
  checkVerifyToken(`${at}.verifyToken`, verifyToken, provider, findings)
  return verifyToken
}

function checkVerifyToken(variable: string, token: string, provider: Provider, findings: Findings): void {
  if (!usesVerifyToken(provider)) {
    findings.problems.push(`${variable}: ${provider.title} asks for no token when it registers a URL; remove it.`)
  } else if (token.trim() !== token) {
    findings.problems.push(`${variable}: has white space at its start or end, which no sender can send; remove it.`)
  } else if (token.length < SAFE_TOKEN_LENGTH) {
    findings.warnings.push(
      `${variable}: has only ${token.length} characters; take at least ${SAFE_TOKEN_LENGTH} random ones where the sender lets you choose.`,
    )
  }
}

function checkSecret(variable: string, provider: Provider, secret: string, findings: Findings): void {
  const problem = validateSecret(provider, secret)
  const warning = secretWarning(provider, secret)
  if (problem !== null) findings.problems.push(`${variable}: ${problem}`)
  else if (warning !== null) findings.warnings.push(`${variable}: ${warning}`)
}
