import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { secretVariable } from '../../config/secret-variable.ts'
import type { Provider } from '../../providers/types.ts'
import { canSign, generateSecret, hasKeyPair } from '../../signing/keys.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import type { Output } from '../output.ts'

/**
 * Makes a secret, or a key pair, that fits a provider: what is signed with goes into a new file that only its owner may
 * read, what the gateway must be told is printed.
 */
export function generateKey(
  { cwd }: Io,
  output: Output,
  provider: Provider,
  source: string,
  schemeName: string | undefined,
  path: string,
): void {
  const scheme = provider.schemes.find((one) => (schemeName === undefined ? canSign(one) : one.name === schemeName))
  if (scheme === undefined || !canSign(scheme)) {
    const names = provider.schemes.filter(canSign).map(({ name }) => name)
    throw new CliError(
      names.length === 0
        ? `${provider.title} signs with keys that it publishes and the gateway fetches: there is none to be made`
        : `--scheme: there is no key to be made for "${schemeName}" of ${provider.title}; there is for ${names.join(', ')}`,
    )
  }
  const { signWith, verifyWith } = generateSecret(scheme)
  try {
    writeFileSync(resolve(cwd, path), signWith, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const exists = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    throw new CliError(
      `--generate-key: ${path} ${exists ? 'is there already' : `cannot be written: ${error instanceof Error ? error.message : ''}`}`,
      exists ? 'Give another name: what is signed with must not be lost by accident.' : null,
    )
  }
  const setting = secretVariable(source)
  const pair = hasKeyPair(scheme)
  output.document({ scheme: scheme.name, setting, value: verifyWith, file: path, keyPair: pair })
  output.line(`${setting}='${verifyWith}'`)
  output.line()
  output.line(`${pair ? 'That is the public key' : 'That is the secret'}: start the gateway with it, and send with`)
  output.line(`  posthorn send ${provider.name} --scheme ${scheme.name} --secret-file ${path}`)
  if (pair) output.line(`The private key is in ${path}; the gateway must not have it.`)
}
