import type { Findings } from './environment.ts'
import type { SourceConfig } from './types.ts'

/**
 * Warns of sources that have a secret in common, previous ones included: whoever can send to one can send to the other,
 * and a recorded request of one may be taken for an event of the other. Never shows the secret.
 */
export function reportSharedSecrets(
  sources: Iterable<Pick<SourceConfig, 'name' | 'secrets'>>,
  { warnings }: Findings,
): void {
  const owners = new Map<string, Set<string>>()
  for (const { name, secrets } of sources) {
    for (const secret of [secrets?.current, secrets?.previous]) {
      if (typeof secret !== 'string') continue
      owners.set(secret, (owners.get(secret) ?? new Set()).add(`"${name}"`))
    }
  }
  const shared = [...owners.values()].filter(({ size }) => size > 1)
  for (const names of new Set(shared.map((group) => new Intl.ListFormat('en-GB').format(group)))) {
    warnings.push(
      `The sources ${names} have the same secret, so nothing tells their senders apart: give each a secret of its own.`,
    )
  }
}
