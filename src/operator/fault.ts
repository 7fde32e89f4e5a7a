import { type TSchema, TypeGuard } from '@sinclair/typebox'
import { type ValueError, ValueErrorType } from '@sinclair/typebox/errors'

/**
 * What is wrong with one value of a request, for who wrote the request: names the field, and what it may be instead.
 *
 * @param part what is meant where no field is: the body, the query
 * @param whole the schema of that part
 */
export function describeFault({ type, path, schema, message }: ValueError, part: string, whole: TSchema): string {
  const names = path.slice(1).split('/')
  const place = path === '' ? part : names.join('.')
  if (type === ValueErrorType.ObjectRequiredProperty) return `${place}: is missing${choices(schema)}`
  if (type === ValueErrorType.ObjectAdditionalProperties) {
    const known = Object.keys(fieldsAt(whole, names.slice(0, -1)))
    return `${place}: is not known here; known: ${known.join(', ')}`
  }
  const accepted = choices(schema)
  return `${place}: ${accepted === '' ? message.replace(/^Expected/, 'expected') : accepted.slice(2)}`
}

function choices(schema: TSchema): string {
  const values = TypeGuard.IsUnion(schema)
    ? schema.anyOf.flatMap((one) => (TypeGuard.IsLiteral(one) ? [one.const] : []))
    : []
  return values.length === 0 ? '' : `; give ${values.join(', ').replace(/, ([^,]*)$/, ' or $1')}`
}

function fieldsAt(schema: TSchema, names: readonly string[]): Readonly<Record<string, TSchema>> {
  const fields = TypeGuard.IsObject(schema) ? schema.properties : {}
  const [first, ...rest] = names
  const next = first === undefined ? undefined : fields[first]
  return next === undefined ? fields : fieldsAt(next, rest)
}
