import { readFileSync } from 'node:fs'
import { mkdir, open, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'

/** Secrets that senders brought in a handshake. */
export interface CapturedSecrets {
  /** Where they are kept, for people. */
  readonly place: string
  /** Those of a source, the newest first. The same list until one is added. */
  of(source: string): readonly string[]
  /** Names of the sources to which one was brought. */
  sources(): readonly string[]
  /** Every one of them, for what must never be shown. */
  all(): readonly string[]
  /** Resolves when it is on stable storage; until then it counts for nothing. */
  add(source: string, secret: string): Promise<void>
  /** Asks what other processes were brought until now. Null: there are none. */
  readonly refresh: (() => Promise<void>) | null
}

/** The file cannot be used. The message names it and says what to do, and shows nothing of what is in it. */
export class CapturedSecretsError extends Error {
  override readonly name = 'CapturedSecretsError'
}

const fileName = 'handshake-secrets.json'
/** Each one is tried on every request. A sender brings one per webhook, and those that are gone are not told. */
export const maxPerSource = 8

const Contents = Type.Record(Type.String(), Type.Array(Type.String({ minLength: 1 })))
type Contents = Static<typeof Contents>

/**
 * In a file that only this user may read.
 * @throws {CapturedSecretsError} when there is such a file but it cannot be read
 */
export function openCapturedSecrets(dataDir: string): CapturedSecrets {
  const path = join(dataDir, fileName)
  let contents = readContents(path)
  let written: Promise<void> = Promise.resolve()
  const none: readonly string[] = []

  async function write(source: string, secret: string): Promise<void> {
    const others = (contents[source] ?? []).filter((known) => known !== secret)
    const next = { ...contents, [source]: [secret, ...others].slice(0, maxPerSource) }
    await replaceFile(path, `${JSON.stringify(next, null, 2)}\n`)
    contents = next
  }

  return {
    place: path,
    of: (source) => (Object.hasOwn(contents, source) ? contents[source] : undefined) ?? none,
    sources: () => Object.keys(contents),
    all: () => Object.values(contents).flat(),
    refresh: null,
    add(source, secret) {
      const result = written.then(() => write(source, secret))
      // A failure is told to whoever asked, and does not stop the next one.
      written = result.catch(() => {})
      return result
    },
  }
}

/** For what is only checked. */
export const noCapturedSecrets: CapturedSecrets = {
  place: '',
  of: () => [],
  sources: () => [],
  all: () => [],
  refresh: null,
  add: () => Promise.reject(new Error('nothing is kept here')),
}

function readContents(path: string): Contents {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {}
    const reason = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    throw new CapturedSecretsError(`${path}: cannot be read (${reason}); give this user the right to.`)
  }
  const contents = parseJson(text)
  if (Value.Check(Contents, contents)) return contents
  throw new CapturedSecretsError(
    `${path}: is not what was written there; restore it, or remove it and create the senders' webhooks anew.`,
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** All of the new or all of the old is there, whatever happens meanwhile. */
async function replaceFile(path: string, text: string): Promise<void> {
  const folder = dirname(path)
  await mkdir(folder, { recursive: true, mode: 0o750 })
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    // A file that was left there has the mode that it had.
    await file.chmod(0o600)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const directory = await open(folder, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
