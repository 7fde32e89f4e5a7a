import { generic } from '../providers/generic.ts'

/** The variable with the secret of a source: the default source's where the name is `generic`. */
export function secretVariable(source: string): string {
  return source === generic.name ? 'WEBHOOK_SECRET' : `${source.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`
}
