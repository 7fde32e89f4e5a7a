import type { Text } from '../define-config.ts'
import type { Environment } from '../environment.ts'

/** One entry of the file while it is read: where what is wrong with it goes. */
export interface Entry {
  /** `posthorn.config.ts: destinations.orders` */
  readonly at: string
  readonly env: Environment
  /** What relative paths start at: where the file is. */
  readonly directory: string
  /** @param place below the entry, such as `schedule[2]`; empty: the entry itself */
  problem(place: string, text: string): void
}

/** A text as it stands in the file, or in the environment variable that the file names; null when there is neither. */
export function resolveText(text: Text | undefined, place: string, { env, problem }: Entry): string | null {
  if (text === undefined) return null
  if (typeof text === 'string') return text
  const value = env[text.env]
  if (value === undefined) problem(place, `the environment has no variable ${text.env}; set it.`)
  else if (value === '') problem(place, `the environment variable ${text.env} is empty; set it.`)
  return value || null
}
