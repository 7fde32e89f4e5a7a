import { type TProperties, type TSchema, Type } from '@sinclair/typebox'

/** What an error about a value says beside its place. */
export interface Annotations {
  /** Completes "give …". */
  readonly accepted: string
  /** The value is never shown. */
  readonly secret?: true
  /** Of a union of objects: the key whose value says which of them is meant, and its values in words. */
  readonly discriminator?: { readonly key: string; readonly accepted: string }
}

/** Adds what errors need to a schema. */
export const annotate = <T extends TSchema>(schema: T, accepted: string, more: Omit<Annotations, 'accepted'> = {}): T =>
  Object.assign(schema, { accepted, ...more })

/** An object that has these keys and no others. */
export const object = <T extends TProperties>(properties: T, accepted = 'an object') =>
  annotate(Type.Object(properties, { additionalProperties: false }), accepted)

export const optional = <T extends TSchema>(schema: T) => Type.Optional(schema)

/** One of a few words. */
export const choice = <T extends string>(...values: readonly T[]) =>
  annotate(
    Type.Unsafe<T>(Type.Union(values.map((value) => Type.Literal(value)))),
    values.length === 1 ? `"${values[0]}"` : `one of ${values.join(', ')}`,
  )

/** A text of a certain form. */
export const text = <T extends string = string>(pattern: string, accepted: string) =>
  annotate(Type.Unsafe<T>(Type.String({ pattern })), accepted)

/** One entry or a list of them, not empty. */
export const oneOrMore = <T extends TSchema>(schema: T, accepted: string) =>
  annotate(Type.Union([schema, annotate(Type.Array(schema, { minItems: 1 }), accepted)]), accepted)

export const integer = (minimum: number, maximum: number) =>
  annotate(Type.Integer({ minimum, maximum }), `a whole number from ${minimum} to ${maximum}`)

export const number = (minimum: number, maximum: number) =>
  annotate(Type.Number({ minimum, maximum }), `a number from ${minimum} to ${maximum}`)

export const flag = () => annotate(Type.Boolean(), 'true or false')
