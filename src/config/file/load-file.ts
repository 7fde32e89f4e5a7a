import { dirname } from 'node:path'
import type { TSchema } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import type { Environment, Findings } from '../environment.ts'
import type { HandlerConfig } from '../types.ts'
import { below, schemaProblems } from './check.ts'
import { type FileDestination, readDestination } from './destinations.ts'
import type { Entry } from './entry.ts'
import { readHandler } from './handlers.ts'
import { type FileQueue, kindOf, readQueue } from './queues.ts'
import type { ReadResult } from './read.ts'
import { DestinationSchema, FileSchema, HandlerSchema, QueueSchema, SourceSchema } from './schema.ts'
import { type FileSource, readSource } from './sources.ts'

/** What the file says, checked; an entry that cannot be used is left out and its problems are reported. */
export interface FileConfig {
  readonly path: string | null
  readonly sources: ReadonlyMap<string, FileSource>
  /** Every source that the file names, usable or not. */
  readonly sourceNames: readonly string[]
  /** Those that are URLs. */
  readonly destinations: readonly FileDestination[]
  /** The others. */
  readonly queues: readonly FileQueue[]
  readonly handlers: ReadonlyMap<string, HandlerConfig>
}

const NOTHING: FileConfig = {
  path: null,
  sources: new Map(),
  sourceNames: [],
  destinations: [],
  queues: [],
  handlers: new Map(),
}

/** Checks a file that was read, entry by entry, so that one mistake hides no other. */
export function checkConfigFile(read: ReadResult, env: Environment, findings: Findings): FileConfig {
  if ('problem' in read) findings.problems.push(read.problem)
  if ('problem' in read || read.file === null) return NOTHING
  const { name, path, value } = read.file
  const problem = (text: string) => {
    const line = `${name}: ${text}`
    if (!findings.problems.includes(line)) findings.problems.push(line)
  }
  for (const text of schemaProblems(FileSchema, value, '')) problem(text)
  const section = (key: string): Readonly<Record<string, unknown>> => {
    const entries = isObject(value) ? value[key] : undefined
    return isObject(entries) ? entries : {}
  }

  /** Reads the entries of a section that are wanted and that their schema allows. */
  function readAll<S extends TSchema, T>(
    key: string,
    schema: S,
    readOne: (name: string, data: S['static'], entry: Entry) => T | null,
    isWanted: (data: unknown) => boolean = () => true,
  ): Map<string, T> {
    const found = new Map<string, T>()
    for (const [entryName, data] of Object.entries(section(key))) {
      if (!isWanted(data)) continue
      const at = below(key, entryName)
      const problems = schemaProblems(schema, data, at)
      for (const text of problems) problem(text)
      if (problems.length > 0 || !Value.Check(schema, data)) continue
      const entry: Entry = {
        at: `${name}: ${at}`,
        env,
        directory: dirname(path),
        problem: (place, text) => problem(`${at}${place === '' ? '' : `.${place}`}: ${text}`),
      }
      const one = readOne(entryName, data, entry)
      if (one !== null) found.set(entryName, one)
    }
    return found
  }

  const isUrl = (data: unknown) => kindOf(data) === 'url'
  const isQueue = (data: unknown) => kindOf(data) === 'queue'
  for (const [entryName, data] of Object.entries(section('destinations'))) {
    if (kindOf(data) !== 'both') continue
    problem(`${below('destinations', entryName)}: is a url and a queue; keep one of the two, or make two destinations.`)
  }
  return {
    path,
    sourceNames: Object.keys(section('sources')),
    sources: readAll('sources', SourceSchema, readSource),
    destinations: [...readAll('destinations', DestinationSchema, readDestination, isUrl).values()],
    queues: [...readAll('destinations', QueueSchema, readQueue, isQueue).values()],
    handlers: readAll('handlers', HandlerSchema, readHandler),
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
