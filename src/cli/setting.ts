import { variablePrefix } from '../config/setting-names.ts'
import { generic } from '../providers/generic.ts'

/** The variable with the secret of a source: the default source's where the name is `generic`. */
export function secretVariable(source: string): string {
  return source === generic.name ? 'WEBHOOK_SECRET' : `${variablePrefix(source)}_WEBHOOK_SECRET`
}
