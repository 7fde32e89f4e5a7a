import { htmlOf } from './html.ts'

/** What of an OpenAPI 3.1 document a page shows: https://spec.openapis.org/oas/v3.1.0 */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly version: string; readonly description?: string | undefined }
  readonly paths?: Readonly<Record<string, object | undefined>> | undefined
}

interface Operation {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Content }
  readonly responses?: Readonly<Record<string, { readonly description?: string; readonly content?: Content }>>
}

interface Parameter {
  readonly name: string
  readonly in: string
  readonly required?: boolean
  readonly description?: string
  readonly schema?: Schema
}

type Content = Readonly<Record<string, { readonly schema?: Schema }>>

interface Schema {
  readonly title?: string
  readonly type?: string | readonly string[]
  readonly description?: string
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly items?: Schema | readonly Schema[]
  readonly anyOf?: readonly Schema[]
}

const methods = ['get', 'post', 'put', 'patch', 'delete']
/** Deeper than anything that the API answers. */
const maxDepth = 6

const style = `
:root { color-scheme: light dark; --line: color-mix(in srgb, currentColor 20%, transparent); }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem; }
h2 { margin-top: 2.5rem; } section { border-top: 1px solid var(--line); padding: 1rem 0; }
h3 { margin: 0; font-size: 1.05rem; } p { margin: .3rem 0; }
code { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere; } td code { white-space: nowrap; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0; } td, th { text-align: left; vertical-align: top; padding: .2rem .8rem .2rem 0; }
summary { cursor: pointer; } ul { margin: .2rem 0; padding-left: 1.2rem; list-style: none; border-left: 1px solid var(--line); }
`

/** Styles are the page's only active part. */
export const apiPagePolicy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** The document as a page to read: HTML that needs no script and nothing from elsewhere. */
export function renderApiPage({ info, paths = {} }: ApiDocument): string {
  const operations = Object.entries(paths).flatMap(([path, item]) =>
    methods.flatMap((method) => {
      const operation: unknown = item === undefined ? undefined : Reflect.get(item, method)
      return isOperation(operation) ? [{ path, method, operation }] : []
    }),
  )
  const tags = [...new Set(operations.map(({ operation }) => operation.tags?.[0] ?? 'other'))]
  const groups = tags.map((tag) => {
    const own = operations.filter(({ operation }) => (operation.tags?.[0] ?? 'other') === tag)
    return `<h2 id="${htmlOf(tag)}">${htmlOf(capitalised(tag))}</h2>${own.map(renderOperation).join('')}`
  })
  const links = tags.map((tag) => `<a href="#${htmlOf(tag)}">${htmlOf(capitalised(tag))}</a>`).join(' · ')
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${htmlOf(info.title)} API</title><style>${style}</style></head><body><main>
<h1>${htmlOf(info.title)} API <small>${htmlOf(info.version)}</small></h1><p>${proseOf(info.description ?? '')}</p>
<p>Send <code>Authorization: Bearer $ADMIN_TOKEN</code>, or sign in to the <a href="/console">console</a>. For programs: <a href="/openapi.json">openapi.json</a>.</p>
<nav>${links}</nav>${groups.join('')}</main></body></html>`
}

function isOperation(value: unknown): value is Operation {
  return typeof value === 'object' && value !== null
}

function renderOperation({ path, method, operation }: { path: string; method: string; operation: Operation }): string {
  const { summary = '', description = '', parameters = [], requestBody, responses = {} } = operation
  const body = schemaOf(requestBody?.content)
  return `<section><h3><code>${method.toUpperCase()} ${htmlOf(path)}</code></h3><p>${proseOf(summary)}</p>
${description === '' ? '' : `<p>${proseOf(description)}</p>`}${renderParameters(parameters)}
${body === null ? '' : `<details open><summary>Body</summary>${renderSchema(body, 0)}</details>`}
${Object.entries(responses).map(renderResponse).join('')}</section>`
}

function renderParameters(parameters: readonly Parameter[]): string {
  if (parameters.length === 0) return ''
  const rows = parameters.map(
    ({ name, in: place, required, description, schema = {} }) =>
      `<tr><td><code>${htmlOf(name)}</code></td><td>${htmlOf(place)}${required ? ', needed' : ''}</td>` +
      `<td>${htmlOf(typeOf(schema))}${defaultOf(schema)}</td><td>${proseOf(description ?? schema.description ?? '')}</td></tr>`,
  )
  return `<table>${rows.join('')}</table>`
}

function renderResponse([status, { description = '', content }]: [
  string,
  NonNullable<Operation['responses']>[string],
]) {
  const schema = schemaOf(content)
  const type = Object.keys(content ?? {})[0] ?? ''
  const said = description === 'Default Response' ? '' : ` ${proseOf(description)}`
  const label = `<code>${htmlOf(status)}</code>${said} <small>${htmlOf(type)}</small>`
  return schema === null
    ? `<p>${label}</p>`
    : `<details><summary>${label}</summary>${renderSchema(schema, 0)}</details>`
}

function renderSchema(schema: Schema, depth: number): string {
  const { items, properties = {}, required = [] } = schema
  const inner = items === undefined || !isSchema(items) ? undefined : items
  if (inner !== undefined) return renderSchema(inner, depth)
  const entries = Object.entries(properties)
  if (entries.length === 0 || depth === maxDepth)
    return `<p>${htmlOf(typeOf(schema))} ${proseOf(schema.description ?? '')}</p>`
  const lines = entries.map(([name, property]) => {
    const nested = hasProperties(property) ? renderSchema(property, depth + 1) : ''
    const optional = required.includes(name) ? '' : '?'
    return (
      `<li><code>${htmlOf(name)}${optional}</code> ${htmlOf(typeOf(property))}${defaultOf(property)} ` +
      `${proseOf(property.description ?? '')}${nested}</li>`
    )
  })
  return `<ul>${lines.join('')}</ul>`
}

function hasProperties({ properties, items }: Schema): boolean {
  return properties !== undefined || (items !== undefined && isSchema(items) && items.properties !== undefined)
}

function isSchema(items: Schema | readonly Schema[]): items is Schema {
  return !Array.isArray(items)
}

function schemaOf(content: Content | undefined): Schema | null {
  return Object.values(content ?? {})[0]?.schema ?? null
}

function typeOf({ anyOf, const: constant, enum: values, type, items, title }: Schema): string {
  if (constant !== undefined) return JSON.stringify(constant)
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ')
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ')
  if (items !== undefined) return isSchema(items) ? `list of ${typeOf(items)}` : `[${items.map(typeOf).join(', ')}]`
  return title ?? (typeof type === 'string' ? type : (type?.join(' | ') ?? 'anything'))
}

function defaultOf({ default: value }: Schema): string {
  return value === undefined ? '' : `, default <code>${htmlOf(JSON.stringify(value))}</code>`
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** Text of ours, in which `…` is code. */
function proseOf(text: string): string {
  return htmlOf(text).replace(/`([^`]+)`/g, '<code>$1</code>')
}
