import type { Stats } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** A file that handles events. */
export interface HandlerFile {
  readonly path: string
  /** The event type it handles; null: every event. */
  readonly type: string | null
}

/** The handlers cannot be used as they are. The message names the file and says what to do. */
export class HandlerError extends Error {
  override readonly name = 'HandlerError'
}

const SCRIPT = /\.(?:ts|js|mjs)$/
const NOT_A_HANDLER = /\.test\.(?:ts|js|mjs)$|\.d\.ts$/
/** The name of the handler that takes every event. */
export const EVERY_EVENT = '_all'

/**
 * Finds handlers: `user.created.ts` handles type `user.created`, `orders/create.ts` type `orders/create`, `_all.ts` at
 * the top every event. Anything else that begins with `_` or `.`, tests and type declarations are left alone.
 *
 * @returns none for a directory that does not exist; sorted by path
 * @throws {HandlerError} when the directory cannot be read, or two files handle one type
 */
export async function findHandlerFiles(directory: string): Promise<readonly HandlerFile[]> {
  const files = new Map<string | null, HandlerFile>()
  for (const file of await walk(directory, '')) {
    const other = files.get(file.type)
    if (other !== undefined) {
      throw new HandlerError(`${other.path} and ${file.path} handle the same events: keep one of them`)
    }
    files.set(file.type, file)
  }
  return [...files.values()]
}

async function walk(directory: string, prefix: string): Promise<HandlerFile[]> {
  const found: HandlerFile[] = []
  for (const name of await namesIn(directory, prefix === '')) {
    const path = join(directory, name)
    const stem = name.replace(SCRIPT, '')
    const everyEvent = stem === EVERY_EVENT && SCRIPT.test(name)
    if (name.startsWith('.') || name === 'node_modules' || (name.startsWith('_') && !everyEvent)) continue
    const info = await statOf(path)
    if (info.isDirectory()) {
      found.push(...(await walk(path, `${prefix}${name}/`)))
    } else if (SCRIPT.test(name) && !NOT_A_HANDLER.test(name)) {
      if (everyEvent && prefix !== '') {
        throw new HandlerError(`${path}: ${name} takes every event, so it belongs at the top of the handlers directory`)
      }
      found.push({ path, type: everyEvent ? null : `${prefix}${stem}` })
    }
  }
  return found
}

async function namesIn(directory: string, top: boolean): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if (top && codeOf(error) === 'ENOENT') return []
    throw new HandlerError(`${directory}: handlers cannot be read from here (${codeOf(error)})`, { cause: error })
  }
}

async function statOf(path: string): Promise<Stats> {
  try {
    return await stat(path)
  } catch (error) {
    throw new HandlerError(`${path} cannot be read (${codeOf(error)}): repair or remove it`, { cause: error })
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}
