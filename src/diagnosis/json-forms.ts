/** A piece of JSON text: numbers and words stay as they are written. */
const tokenPattern = /\s*("(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s"{}[\],:]+)\s*/y
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything that is not printable ASCII
const notAscii = /[^\x00-\x7f]/g
const html = /[<>&\u2028\u2029]/g
const strict = /[<>&'+`"]|[^\x20-\x7e]/g

interface Layout {
  readonly name: string
  readonly comma: string
  readonly colon: string
  /** Of one level; null: all on one line. */
  readonly indent: string | null
}

/** How writers of JSON space it out. */
const layouts: readonly Layout[] = [
  { name: 'without white space', comma: ',', colon: ':', indent: null },
  { name: 'with a space after commas and colons, as Python writes it', comma: ', ', colon: ': ', indent: null },
  { name: 'indented by two spaces', comma: ',', colon: ': ', indent: '  ' },
  { name: 'indented by four spaces', comma: ',', colon: ': ', indent: '    ' },
  { name: 'indented by tabs', comma: ',', colon: ': ', indent: '\t' },
  { name: 'with a space after colons', comma: ',', colon: ': ', indent: null },
  { name: 'with a space after commas', comma: ', ', colon: ':', indent: null },
]

interface Style {
  readonly name: string
  /** Of a text, as JSON with its quotes. */
  write(text: string): string
}

const unicodeEscape = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
const plainText = (text: string) => JSON.stringify(text)
const asciiText = (text: string) => plainText(text).replace(notAscii, unicodeEscape)

/** How they write text. */
const styles: readonly Style[] = [
  { name: '', write: plainText },
  { name: 'with characters beyond ASCII as \\u…', write: asciiText },
  { name: 'with slashes as \\/', write: (text) => plainText(text).replaceAll('/', '\\/') },
  {
    name: 'with slashes as \\/ and characters beyond ASCII as \\u…, as PHP writes it',
    write: (text) => asciiText(text).replaceAll('/', '\\/'),
  },
  { name: 'with <, > and & as \\u…, as Go writes it', write: (text) => plainText(text).replace(html, unicodeEscape) },
  { name: 'escaped as .NET writes it', write: dotNetText },
]

const dotNetShort: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/** https://learn.microsoft.com/en-us/dotnet/standard/serialization/system-text-json/character-encoding */
function dotNetText(text: string): string {
  const upper = (character: string) =>
    dotNetShort[character] ?? `\\u${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`
  return `"${text.replaceAll('\\', '\\\\').replace(strict, upper)}"`
}

export interface JsonForm {
  readonly text: string
  /** How it is written, for people. */
  readonly name: string
}

/**
 * The same JSON as other writers would have written it, the likeliest first: the order of names and the digits of numbers
 * stay, and then without that. Nothing for what is no JSON. `few`: of a large body, the usual ones only.
 */
export function* jsonForms(text: string, few: boolean): Generator<JsonForm> {
  const tokens = tokensOf(text)
  if (tokens === null) return
  for (const style of few ? styles.slice(0, 2) : styles) {
    const written = tokens.map((token) => (token.startsWith('"') ? style.write(textOf(token)) : token))
    for (const layout of layouts) yield { text: layOut(written, layout), name: named(layout, style) }
  }
  for (const layout of few ? layouts.slice(0, 1) : layouts.slice(0, 3)) {
    yield { text: layOut(tokens, layout), name: layout.name }
  }
  yield* parsedForms(text, few)
}

/** What is lost by parsing: `1.0`, names that are numbers in their order, digits that no double has. */
function* parsedForms(text: string, few: boolean): Generator<JsonForm> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return
  }
  yield { text: JSON.stringify(value), name: 'parsed and written by JavaScript' }
  yield { text: JSON.stringify(value, null, 2), name: 'parsed and written by JavaScript, indented' }
  if (few) return
  const sorted = JSON.stringify(sortedCopy(value))
  const tokens = tokensOf(sorted) ?? []
  yield { text: sorted, name: 'with its names sorted' }
  for (const style of styles.slice(0, 2)) {
    const written = tokens.map((token) => (token.startsWith('"') ? style.write(textOf(token)) : token))
    for (const layout of layouts.slice(0, 4)) {
      yield { text: layOut(written, layout), name: `with its names sorted, ${named(layout, style)}` }
    }
  }
}

function named(layout: Layout, style: Style): string {
  return style.name === '' ? layout.name : `${layout.name}, ${style.name}`
}

function textOf(token: string): string {
  try {
    const text: unknown = JSON.parse(token)
    return typeof text === 'string' ? text : token
  } catch {
    return token
  }
}

/** Null: it is no object or list. */
function tokensOf(text: string): readonly string[] | null {
  const tokens: string[] = []
  tokenPattern.lastIndex = 0
  while (tokenPattern.lastIndex < text.length) {
    const token = tokenPattern.exec(text)?.[1]
    if (token === undefined) return null
    tokens.push(token)
  }
  return tokens[0] === '{' || tokens[0] === '[' ? tokens : null
}

function layOut(tokens: readonly string[], { comma, colon, indent }: Layout): string {
  const parts: string[] = []
  let depth = 0
  const line = () => (indent === null ? '' : `\n${indent.repeat(depth)}`)
  for (const [index, token] of tokens.entries()) {
    if (token === '{' || token === '[') {
      depth += 1
      const empty = tokens[index + 1] === '}' || tokens[index + 1] === ']'
      parts.push(token, empty ? '' : line())
    } else if (token === '}' || token === ']') {
      depth -= 1
      const empty = tokens[index - 1] === '{' || tokens[index - 1] === '['
      parts.push(empty ? '' : line(), token)
    } else if (token === ',') parts.push(comma, line())
    else parts.push(token === ':' ? colon : token)
  }
  return parts.join('')
}

function sortedCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedCopy)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([name, inner]) => [name, sortedCopy(inner)]))
}
