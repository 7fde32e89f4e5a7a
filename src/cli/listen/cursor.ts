import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, isAbsolute, join } from 'node:path'
import { type Static, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { isEventId } from '../../store/event-id.ts'
import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'

/** Where a listener is, kept in a file so that the next one can go on there. */
export interface Cursor {
  readonly name: string
  readonly path: string
  /** The id after which to go on; null: nobody listened under this name. */
  read(): string | null
  /** @throws {CliError} where the file cannot be written */
  write(after: string): void
}

const Kept = Type.Object({ gateway: Type.String(), after: Type.String(), savedAt: Type.String() })

/** @param name without one, the target's: two programs on one machine each have their place */
export function openCursor({ env, now }: Pick<Io, 'env' | 'now'>, gateway: string, target: URL, name?: string): Cursor {
  const { host, pathname } = new URL(gateway)
  const own = name ?? fileNameOf(`${target.host}${target.pathname}`)
  const path = join(stateHome(env), 'posthorn', 'cursors', fileNameOf(`${host}${pathname}`), `${own}.json`)
  return {
    name: own,
    path,
    read() {
      let text: string
      try {
        text = readFileSync(path, 'utf8')
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
        throw failure('read', path, error)
      }
      const kept = keptIn(text)
      if (kept !== null && isEventId(kept.after)) return kept.after
      throw new CliError(`${path} is damaged`, 'Remove it, or say where to begin with --since.')
    },
    write(after) {
      const kept: Static<typeof Kept> = { gateway, after, savedAt: new Date(now()).toISOString() }
      const beside = `${path}.${process.pid}`
      try {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
        writeFileSync(beside, `${JSON.stringify(kept, null, 2)}\n`)
        // Whoever reads it meanwhile sees the old one or the new one.
        renameSync(beside, path)
      } catch (error) {
        throw failure('written', path, error)
      }
    },
  }
}

/** https://specifications.freedesktop.org/basedir-spec/latest/ : a path that is not absolute counts as not set. */
function stateHome({ XDG_STATE_HOME: given = '', HOME }: Io['env']): string {
  return isAbsolute(given) ? given : join(HOME ?? homedir(), '.local', 'state')
}

function fileNameOf(text: string): string {
  return text.replace(/[^a-z0-9.]+/gi, '-').replace(/^[-.]+|[-.]+$/g, '') || 'default'
}

function keptIn(text: string): Static<typeof Kept> | null {
  try {
    const value: unknown = JSON.parse(text)
    return Value.Check(Kept, value) ? value : null
  } catch {
    return null
  }
}

function failure(what: string, path: string, error: unknown): CliError {
  return new CliError(
    `${path} cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`,
    'It keeps the place for --resume; another folder for it is XDG_STATE_HOME.',
  )
}

/** How far a stream is done with, whose events may be done with in another order than they came. */
export interface Place {
  begin(id: string): void
  end(id: string): void
  /** What nobody wants is done with at once. */
  skip(id: string): void
  /** Everything up to this id is done with. */
  reached(): string
}

export function createPlace(after: string): Place {
  const open: { id: string; done: boolean }[] = []
  let reached = after
  return {
    begin: (id) => void open.push({ id, done: false }),
    end(id) {
      const found = open.find((one) => one.id === id)
      if (found !== undefined) found.done = true
      while (open[0]?.done) reached = open.shift()?.id ?? reached
    },
    skip(id) {
      const last = open.at(-1)
      if (last === undefined) reached = id
      else if (last.done) last.id = id
      else open.push({ id, done: true })
    },
    reached: () => reached,
  }
}
