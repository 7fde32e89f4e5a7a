import { generic } from '../providers/generic.ts'
import { variablePrefix } from './setting-names.ts'

/** The variable with the secret of a source: the default source's where the name is `generic`. */
export function secretVariable(source: string): string {
  return source === generic.name ? 'WEBHOOK_SECRET' : `${variablePrefix(source)}_WEBHOOK_SECRET`
}
