/** Variables by name; `process.env` is one. */
export type Environment = Readonly<Record<string, string | undefined>>

/** What the operator is told: problems stop the start, warnings are logged. One line each, never with a secret in it. */
export interface Findings {
  readonly problems: string[]
  readonly warnings: string[]
}

/** What a variable says, without white space around it; null when it is not set, or set to nothing. */
export function given(env: Environment, name: string): string | null {
  const text = env[name]?.trim() ?? ''
  return text === '' ? null : text
}

/**
 * A secret exactly as given; null when it is not set. One that is set to nothing is a problem: taken for "not set", it
 * would switch verification off.
 */
export function givenSecret(env: Environment, name: string, findings: Findings): string | null {
  const text = env[name]
  if (text === '') findings.problems.push(`${name}: is set but empty; give the secret, or remove the variable.`)
  return text || null
}
