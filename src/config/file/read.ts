import { execFile } from 'node:child_process'
import { readFile, stat } from 'node:fs/promises'
import { extname, join, relative, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describeError } from '../../delivery/one-line.ts'
import { type Environment, given } from '../environment.ts'
import { findJsonFault } from './json-fault.ts'

/** A configuration file whose text could be read; what it says is not checked yet. */
export interface ConfigFile {
  readonly path: string
  /** As it is called in messages. */
  readonly name: string
  readonly value: unknown
}

export type ReadResult = { readonly file: ConfigFile | null } | { readonly problem: string }

const SCRIPTS = ['.ts', '.mts', '.js', '.mjs']
const ENDINGS = [...SCRIPTS, '.json']
const STEM = 'posthorn.config'

/**
 * Reads the file that `CONFIG` names, else `posthorn.config.ts` (or `.mts`, `.js`, `.mjs`, `.json`) where the gateway is
 * started. No such file and no `CONFIG`: there is none, which is fine. Code in it runs once.
 */
export async function readConfigFile(env: Environment, cwd: string): Promise<ReadResult> {
  const asked = given(env, 'CONFIG')
  const paths = asked === null ? await defaultPaths(cwd) : [resolve(cwd, asked)]
  const [path, other] = paths
  if (path === undefined) return { file: null }
  if (other !== undefined) {
    return { problem: `${nameOf(path, cwd)} and ${nameOf(other, cwd)}: keep one of them, or name one in CONFIG.` }
  }
  const name = nameOf(path, cwd)
  const problem = await unusable(path)
  if (problem !== null) return { problem: `${asked === null ? name : 'CONFIG'}: ${problem}` }
  try {
    return { file: { path, name, value: extname(path) === '.json' ? await readJson(path) : await importDefault(path) } }
  } catch (error) {
    return { problem: await describeFault(error, path, name) }
  }
}

async function defaultPaths(cwd: string): Promise<readonly string[]> {
  const paths = ENDINGS.map((ending) => join(cwd, `${STEM}${ending}`))
  const present = await Promise.all(paths.map(isThere))
  return paths.filter((_, index) => present[index])
}

/** A directory counts: a container engine makes one where the file to mount is missing. */
async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch {
    return false
  }
}

async function unusable(path: string): Promise<string | null> {
  try {
    if (!(await stat(path)).isFile()) return `${path} is not a file; put one there, or give the path of one.`
  } catch (error) {
    return `${path} cannot be read (${codeOf(error)}); give the path of a file, or remove the variable.`
  }
  return ENDINGS.includes(extname(path)) ? null : `${path} does not end in ${ENDINGS.join(', ')}; rename it.`
}

class FileFault extends Error {
  readonly where: string
  constructor(where: string, message: string) {
    super(message)
    this.where = where
  }
}

async function readJson(path: string): Promise<unknown> {
  const text = (await readFile(path, 'utf8')).replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch {
    const fault = findJsonFault(text)
    if (fault === null) throw new FileFault('', 'this is not JSON.')
    throw new FileFault(`:${fault.line}:${fault.column}`, `this is not JSON; expected here is ${fault.expected}.`)
  }
}

async function importDefault(path: string): Promise<unknown> {
  const module: { readonly default?: unknown } = await import(pathToFileURL(path).href)
  if (module.default === undefined) {
    throw new FileFault('', 'there is no default export; write: export default defineConfig({ … })')
  }
  return module.default
}

async function describeFault(error: unknown, path: string, name: string): Promise<string> {
  if (error instanceof FileFault) return `${name}${error.where}: ${error.message}`
  const found = placeIn(error) ?? (error instanceof SyntaxError ? await placeOfSyntaxError(path) : null)
  const where = found === null ? name : `${found.file === path ? name : found.file}:${found.line}`
  return `${where}: ${error instanceof Error && error.name !== 'Error' ? `${error.name}: ` : ''}${describeError(error)}`
}

interface SourcePlace {
  readonly file: string
  readonly line: number
}

/** Node writes the place before the message of what it cannot read, and into the stack of what was thrown. */
function placeIn(error: unknown): SourcePlace | null {
  const stack = error instanceof Error ? (error.stack ?? '') : ''
  return (
    parsePlace(/^(file:\/\/\S+|\/.*):(\d+)$/m.exec(stack)) ??
    parsePlace(/(file:\/\/[^\s()]+):(\d+):\d+\)?$/m.exec(stack))
  )
}

function parsePlace(match: RegExpExecArray | null): SourcePlace | null {
  const [, file = '', line = ''] = match ?? []
  if (match === null) return null
  return { file: file.startsWith('file:') ? fileURLToPath(file) : file, line: Number(line) }
}

/** Of JavaScript that it cannot parse, Node says where only when it ends a process. */
function placeOfSyntaxError(path: string): Promise<SourcePlace | null> {
  return new Promise((done) => {
    execFile(process.execPath, ['--check', path], (_error, _stdout, stderr) => {
      done(parsePlace(/^(file:\/\/\S+|\/.*):(\d+)$/m.exec(stderr)))
    })
  })
}

function nameOf(path: string, cwd: string): string {
  const name = relative(cwd, path)
  return name.startsWith('..') ? path : name
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'code' in error ? error.code : error
}
