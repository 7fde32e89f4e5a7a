import { Kind, type TSchema, Type } from '@sinclair/typebox'
import { Value, type ValueError, ValueErrorType } from '@sinclair/typebox/value'
import { parsePointer } from '../../events/json-pointer.ts'
import { quote } from '../parse.ts'
import { nearest } from '../suggest.ts'
import { type Annotations, annotate } from './annotate.ts'

/**
 * What is wrong with a value, one line for each thing: its place, what was given, what is accepted. Keys that are there
 * but undefined count as wrong: most often they are environment variables that are not set.
 *
 * @param at where the value stands in the file: `destinations.orders`
 */
export function schemaProblems(schema: TSchema, value: unknown, at: string): readonly string[] {
  const problems = new Map<string, string>()
  const add = (place: string, problem: string) => {
    if (!problems.has(place)) problems.set(place, `${place === '' ? 'the file' : place}: ${problem}`)
  }
  for (const place of undefinedPlaces(value, at)) {
    add(place, 'is undefined; set the environment variable that it is read from, or leave the key out.')
  }
  for (const error of narrowed(Value.Errors(schema, value))) {
    const place = placeOf(error.path, value, at)
    if (error.type === ValueErrorType.ObjectAdditionalProperties) add(place, unknownKey(error))
    else if (error.value === undefined) add(place, `is missing; give ${acceptedBy(error.schema)}.`)
    else add(place, `${shown(error)} is not accepted; give ${acceptedBy(error.schema)}.`)
  }
  return [...problems.values()]
}

/** A key below a place, as one would write it: `headers["x-team"]`, `schedule[2]`. */
export function below(at: string, key: string | number): string {
  if (typeof key === 'number') return `${at}[${key}]`
  if (!/^[A-Za-z_$][\w$]*$/.test(key)) return `${at}[${quote(key)}]`
  return at === '' ? key : `${at}.${key}`
}

/** Says of a value that fits none of several schemas what is wrong with it under the one that was meant. */
function* narrowed(errors: Iterable<ValueError>): Iterable<ValueError> {
  for (const error of errors) {
    const { value, schema, path } = error
    const { discriminator } = annotationsOf(schema)
    const variants = error.type === ValueErrorType.Union ? variantsMeant(schema, value) : []
    const [variant] = variants
    if (variant !== undefined && variants.length === 1) {
      for (const inner of narrowed(Value.Errors(variant, value))) yield { ...inner, path: `${path}${inner.path}` }
    } else if (discriminator !== undefined && isObject(value)) {
      const { key, accepted } = discriminator
      yield { ...error, path: `${path}/${key}`, value: value[key], schema: annotate(Type.Unknown(), accepted) }
    } else yield error
  }
}

/** Those of a union that have the value's outer form and, where they are told apart by a key, its value there. */
function variantsMeant(union: TSchema, value: unknown): readonly TSchema[] {
  if (typeof value !== 'object' || value === null) return []
  const variants: readonly TSchema[] = union['anyOf']
  const kind = Array.isArray(value) ? 'Array' : 'Object'
  const alike = variants.filter((variant) => variant[Kind] === kind)
  const { discriminator } = annotationsOf(union)
  if (discriminator === undefined || !isObject(value)) return alike
  return alike.filter((variant) => Value.Check(variant['properties'][discriminator.key], value[discriminator.key]))
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Schemas take any further key; ours are the annotations. */
function annotationsOf(schema: TSchema & Partial<Annotations>): Partial<Annotations> {
  return schema
}

function acceptedBy(schema: TSchema): string {
  return annotationsOf(schema).accepted ?? 'something else'
}

function unknownKey({ path, schema }: ValueError): string {
  const known = Object.keys(schema['properties'])
  const meant = nearest(parsePointer(path).at(-1) ?? '', known)
  return `there is no such key; ${meant === null ? `the keys here are ${known.join(', ')}` : `did you mean ${meant}?`}`
}

function shown({ schema, value }: ValueError): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'this list'
  if (typeof value === 'object') return 'this object'
  if (typeof value === 'function') return 'a function'
  if (annotationsOf(schema).secret) return 'the value given'
  return typeof value === 'string' ? quote(value) : String(value)
}

function placeOf(pointer: string, root: unknown, at: string): string {
  let place = at
  let value = root
  for (const key of parsePointer(pointer)) {
    place = below(place, Array.isArray(value) ? Number(key) : key)
    value = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
  }
  return place
}

/** What refers to itself is found out by others. */
const DEEPEST = 30

function* undefinedPlaces(value: unknown, at: string, depth = 0): Iterable<string> {
  if (value === undefined) yield at
  if (depth > DEEPEST || typeof value !== 'object' || value === null || value instanceof RegExp) return
  for (const [key, part] of Object.entries(value)) {
    yield* undefinedPlaces(part, below(at, Array.isArray(value) ? Number(key) : key), depth + 1)
  }
}
