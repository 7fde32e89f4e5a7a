import { nearest } from '../config/suggest.ts'
import { findProvider, providers } from '../providers/registry.ts'
import type { Provider } from '../providers/types.ts'
import { CliError } from './errors.ts'
import { plain } from './output.ts'

/** The provider of that name. Throws a `CliError` with the likeliest other one where there is none. */
export function providerNamed(given: string): Provider {
  const name = given.toLowerCase()
  const provider = findProvider(name)
  if (provider !== undefined) return provider
  const meant = nearest(name, [...providers.keys()]) ?? [...providers.keys()].find((known) => known.startsWith(name))
  throw new CliError(
    `there is no provider "${plain(given, 60)}"${meant === undefined ? '' : `; did you mean "${meant}"?`}`,
    'List them with "posthorn providers". A sender of your own is "generic": X-Webhook-Signature, X-HookMesh-Signature or ' +
      'Standard Webhooks.',
  )
}
