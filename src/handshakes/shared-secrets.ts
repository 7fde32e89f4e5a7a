import { setTimeout as pause } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { StoreUnavailableError } from '../store/errors.ts'
import type { Note, Store } from '../store/types.ts'
import { type CapturedSecrets, maxPerSource } from './captured-secrets.ts'

const kind = 'handshake-secrets'
const Contents = Type.Array(Type.String({ minLength: 1 }))
/** However many requests are refused, the store is asked no more often. */
const gapMs = 100
/** Others may add one at the same moment: each try is behind one of theirs. */
const maxTries = 20

/** Those of one machine as notes of a store that others share: kind, key and value. */
export function secretsAsNotes({
  of,
  sources,
}: Pick<CapturedSecrets, 'of' | 'sources'>): readonly (readonly [kind: string, key: string, value: string])[] {
  return sources().map((source) => [kind, source, JSON.stringify(of(source))])
}

/**
 * Secrets that senders brought in a handshake, in a store that other processes share: what was brought to one of them
 * verifies at all of them.
 *
 * @param earlier what this machine kept before it shared a store; taken over for sources of which the store knows none
 */
export function openSharedSecrets(
  store: Pick<Store, 'engine' | 'notes' | 'note' | 'setNote'>,
  earlier: Pick<CapturedSecrets, 'of' | 'sources'>,
): CapturedSecrets {
  let contents: ReadonlyMap<string, readonly string[]> = new Map()
  let takenOver = false
  let lastRead: Promise<void> = Promise.resolve()
  let queued: Promise<void> | null = null
  const none: readonly string[] = []

  /** A list that is as it was stays the same object: whoever made something of it need not do so again. */
  function learn(source: string, secrets: readonly string[]): void {
    const before = contents.get(source) ?? none
    if (before.length === secrets.length && before.every((secret, i) => secret === secrets[i])) return
    contents = new Map([...contents, [source, secrets]])
  }

  async function takeOver(known: ReadonlySet<string>): Promise<void> {
    for (const source of earlier.sources()) {
      if (known.has(source)) continue
      for (const secret of earlier.of(source).toReversed()) await add(source, secret)
    }
    takenOver = true
  }

  async function read(): Promise<void> {
    const notes = await store.notes(kind)
    for (const note of notes) learn(note.key, parse(note))
    if (!takenOver) await takeOver(new Set(notes.map(({ key }) => key)))
  }

  async function add(source: string, secret: string): Promise<void> {
    for (let tries = 0; tries < maxTries; tries += 1) {
      const note = await store.note(kind, source)
      const others = (note === null ? [] : parse(note)).filter((known) => known !== secret)
      const secrets = [secret, ...others].slice(0, maxPerSource)
      const change = { kind, key: source, value: JSON.stringify(secrets), version: note?.version ?? null }
      if ((await store.setNote(change)) === null) continue
      learn(source, secrets)
      return
    }
    throw new StoreUnavailableError(`the secrets of ${source} are being changed by others all the time`)
  }

  async function readInTurn(): Promise<void> {
    await lastRead.catch(() => {})
    await pause(gapMs, undefined, { ref: false })
    queued = null
    lastRead = read()
    await lastRead
  }

  lastRead = read()
  // Who needs it asks again.
  lastRead.catch(() => {})
  return {
    place: `the ${store.engine} store`,
    of: (source) => contents.get(source) ?? none,
    sources: () => [...contents.keys()],
    all: () => [...contents.values()].flat(),
    add,
    refresh() {
      queued ??= readInTurn()
      return queued
    },
  }
}

function parse({ key, value }: Note): readonly string[] {
  const secrets: unknown = JSON.parse(value)
  if (Value.Check(Contents, secrets)) return secrets
  throw new StoreUnavailableError(`what is stored as secrets of ${key} is none; another version wrote it`)
}
