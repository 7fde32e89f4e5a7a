import { randomBytes, scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { SourceConfig } from '../config/types.ts'
import type { Store } from '../store/types.ts'

/** Since when the gateway has had each secret, as far as its store remembers. */
export interface SecretAges {
  /** Unix milliseconds; null: there is no such secret, or nobody has looked yet. */
  of(source: string, which: 'current' | 'previous'): number | null
  /** Looks which secrets are new, and remembers them. Never rejects: ages are no reason to do without the rest. */
  learn(): Promise<void>
}

export interface SecretAgesOptions {
  readonly sources: Iterable<Pick<SourceConfig, 'name' | 'secrets'>>
  readonly store: Pick<Store, 'note' | 'setNote'>
  /** Unix milliseconds. */
  readonly now: () => number
  /** Told why ages are not known. */
  readonly onFailure: (error: unknown) => void
}

const kind = 'secret-ages'
/** Of each source; a secret that comes back after more changes than this counts as new. */
const maxKept = 8
/** Other processes may begin at the same moment: each try is behind one of theirs. */
const maxTries = 5

/** A secret is remembered by a slow hash, so that whoever reads the store cannot guess it by trying words. */
const Contents = Type.Object({
  salt: Type.String(),
  seen: Type.Array(Type.Object({ tag: Type.String(), at: Type.Number() })),
})

const derive = promisify((secret: string, salt: string, done: (error: Error | null, key: Buffer) => void) =>
  scrypt(secret, salt, 18, { N: 8192, r: 8, p: 1 }, done),
)

export function createSecretAges({ sources, store, now, onFailure }: SecretAgesOptions): SecretAges {
  const known = new Map<string, number>()

  async function learnOne(source: string, secrets: NonNullable<SourceConfig['secrets']>): Promise<void> {
    for (let tries = 0; tries < maxTries; tries++) {
      const note = await store.note(kind, source)
      const { salt, seen } = parse(note?.value) ?? { salt: randomBytes(16).toString('base64'), seen: [] }
      const found: { readonly tag: string; readonly at: number }[] = []
      for (const which of ['current', 'previous'] as const) {
        const secret = secrets[which]
        if (secret === null) continue
        const tag = (await derive(secret, salt)).toString('base64')
        const one = seen.find((earlier) => earlier.tag === tag) ?? { tag, at: now() }
        found.push(one)
        known.set(`${which} ${source}`, one.at)
      }
      if (found.every((one) => seen.includes(one))) return
      const others = seen.filter((one) => !found.includes(one))
      const value = JSON.stringify({ salt, seen: [...found, ...others].slice(0, maxKept) })
      if ((await store.setNote({ kind, key: source, value, version: note?.version ?? null })) !== null) return
    }
  }

  return {
    of: (source, which) => known.get(`${which} ${source}`) ?? null,
    async learn() {
      try {
        // One after the other: each hash costs a few megabytes.
        for (const { name, secrets } of sources) if (secrets !== null) await learnOne(name, secrets)
      } catch (error) {
        onFailure(error)
      }
    },
  }
}

function parse(text: string | undefined) {
  if (text === undefined) return null
  try {
    const contents: unknown = JSON.parse(text)
    return Value.Check(Contents, contents) ? contents : null
  } catch {
    return null
  }
}
