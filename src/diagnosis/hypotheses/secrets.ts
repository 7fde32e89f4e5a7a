import type { Bench } from '../bench.ts'
import { secretForms } from '../secret-forms.ts'
import type { Cause, Diagnosis, Knowledge } from '../types.ts'
import { isDefault, proven, secretSetting, sourceLabel } from '../words.ts'

const advice: Partial<Record<Cause, (setting: string) => string>> = {
  secret_white_space: (setting) =>
    `white space counts: give ${setting} exactly what the sender has, without blanks or line breaks that it does not have.`,
  secret_quotes: (setting) =>
    `quotes count: give ${setting} exactly what the sender has; in a panel such as Railway's they belong to the value.`,
  secret_encoding: (setting) =>
    `have both take it in the same way: either give ${setting} in the form that the sender uses, or correct the sender's code.`,
}

/** The same secret, written in another way. */
export async function otherwiseWritten(bench: Bench): Promise<Diagnosis | null> {
  const { source } = bench
  for (const secret of bench.secrets) {
    for (const { text, cause, was } of secretForms(secret)) {
      if (!(await bench.fits({ secret: text }))) continue
      const setting = secretSetting(source.name)
      return proven(
        cause,
        `It was signed with the secret of ${sourceLabel(source.name)} ${was}; ${advice[cause]?.(setting) ?? ''}`,
      )
    }
  }
  return null
}

/** Another source's secret, with this source's rules. */
export async function othersSecret(bench: Bench): Promise<Diagnosis | null> {
  const { source } = bench
  for (const { name, secrets } of othersOf(bench)) {
    for (const secret of secrets) {
      if (bench.secrets.includes(secret) || !(await bench.fits({ secret }))) continue
      return proven(
        'other_secret',
        `It was signed with the secret of ${sourceLabel(name)}, not with that of ${sourceLabel(source.name)}: ` +
          `give the sender the right one, or set ${secretSetting(source.name)} to the one that it uses.`,
      )
    }
  }
  return null
}

/** Another source's secret and rules: the request is whole, and was posted to the wrong path. */
export async function othersRequest(bench: Bench): Promise<Diagnosis | null> {
  const { source, subject, knowledge } = bench
  for (const other of knowledge.sources) {
    if (other.name === source.name || other.secrets === null) continue
    for (const secret of secretsOf(other, knowledge)) {
      if (!(await bench.fits({ provider: other.provider, secret }))) continue
      const path = isDefault(other.name) ? 'a path that names no source' : `/webhook/${other.name}`
      return proven(
        'wrong_path',
        `It is rightly signed for ${sourceLabel(other.name)}, but was posted to /webhook/${subject.segment}: ` +
          `have its sender post to ${path}.`,
      )
    }
  }
  return null
}

export function othersOf({ knowledge, source }: Bench): readonly {
  readonly name: string
  readonly secrets: readonly string[]
}[] {
  return knowledge.sources
    .filter(({ name }) => name !== source.name)
    .map((other) => ({ name: other.name, secrets: secretsOf(other, knowledge) }))
}

function secretsOf(source: Knowledge['sources'][number], { captured }: Knowledge): readonly string[] {
  const { secrets, name } = source
  const configured = secrets === null ? [] : [secrets.current, ...(secrets.previous === null ? [] : [secrets.previous])]
  return [...configured, ...(captured[name] ?? [])]
}
