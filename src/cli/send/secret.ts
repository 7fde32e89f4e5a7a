import type { Environment } from '../../config/environment.ts'
import { secretVariable } from '../../config/secret-variable.ts'
import type { Provider } from '../../providers/types.ts'
import { canSign, hasKeyPair } from '../../signing/keys.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'
import type { SendOptions } from './options.ts'

export interface FoundSecret {
  readonly text: string
  /** Where it came from, for messages. */
  readonly from: string
  /** It is the default source's, whose events are named by their path. */
  readonly isDefault: boolean
}

/** The default source takes what these sign. */
const signsLikeDefault = ['generic', 'hookmesh', 'standard-webhooks']

/** The secret to sign with: from a file or the command line, else from the variable that the gateway reads it from. */
export async function findSecret(
  io: Io,
  env: Environment,
  provider: Provider,
  source: string,
  { secret, secretFile, data }: SendOptions,
): Promise<FoundSecret> {
  const own = secretVariable(source)
  const isDefault = own === 'WEBHOOK_SECRET'
  if (secret !== undefined && secretFile !== undefined) {
    throw new CliError('--secret and --secret-file are both given: leave one out.')
  }
  if (secret !== undefined) return { text: notEmpty(secret, '--secret'), from: '--secret', isDefault }
  if (secretFile !== undefined) {
    if (secretFile === '-' && data === '-') {
      throw new CliError(
        '--secret-file and --data cannot both be read from standard input: give a file for one of them.',
      )
    }
    const bytes = await readInput(io, secretFile, '--secret-file')
    // Editors and `echo` end a file with a line break, which no sender has in its secret.
    const text = bytes.toString('utf8').replace(/\r?\n$/, '')
    return { text: notEmpty(text, '--secret-file'), from: '--secret-file', isDefault }
  }
  const names = [
    own,
    ...(signsLikeDefault.includes(provider.name) && source === provider.name ? ['WEBHOOK_SECRET'] : []),
  ]
  for (const name of names) {
    const text = env[name]
    if (text) return { text, from: name, isDefault: name === 'WEBHOOK_SECRET' }
  }
  const pair = provider.schemes.filter(canSign).every(hasKeyPair)
  throw new CliError(
    pair
      ? `${provider.title} signs with a private key, and none is given`
      : `no secret to sign with: ${own} is not set, here or in .env`,
    pair
      ? `Make a key pair of your own with "posthorn send ${provider.name} --generate-key key.pem", set the public key that it ` +
          'prints on the gateway, and send with --secret-file key.pem.'
      : `Set it to the gateway's, or give it with --secret-file <path> ("-" reads standard input). A gateway without any ` +
          'secret takes --unsigned.',
  )
}

function notEmpty(text: string, flag: string): string {
  if (text === '') throw new CliError(`${flag}: is empty`)
  return text
}
