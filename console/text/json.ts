/** A piece of JSON as it was written. */
export interface Token {
  readonly kind: 'space' | 'name' | 'text' | 'number' | 'word' | 'mark'
  readonly text: string
}

const lexeme = /[ \t\r\n]+|"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*|true|false|null|[{}[\],:]/gy
/** Past this, colours cost more than they show. */
const maxTokens = 20_000

/**
 * JSON with line breaks and indentation of our own, and every other character as it came: numbers keep all their digits
 * and escapes stay escapes, since what is shown is what was signed.
 * @returns null for what is not JSON, or is too long to be coloured
 */
export function indentJson(source: string): readonly Token[] | null {
  const tokens = lex(source)
  if (tokens === null) return null
  const shown: Token[] = []
  let depth = 0
  const breakLine = () => shown.push({ kind: 'space', text: `\n${'  '.repeat(depth)}` })
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.text
    const after = tokens[index + 1]?.text
    const closes = token.text === '}' || token.text === ']'
    if (token.kind === 'mark' && closes) {
      depth -= 1
      if (before !== '{' && before !== '[') breakLine()
    }
    shown.push(token.kind === 'text' && after === ':' ? { kind: 'name', text: token.text } : token)
    if (token.kind !== 'mark') continue
    if (token.text === ':') shown.push({ kind: 'space', text: ' ' })
    if (token.text === ',') breakLine()
    if (token.text === '{' || token.text === '[') {
      depth += 1
      if (after !== '}' && after !== ']') breakLine()
    }
  }
  return shown
}

function lex(source: string): readonly Token[] | null {
  try {
    JSON.parse(source)
  } catch {
    return null
  }
  const tokens: Token[] = []
  for (const [text] of source.matchAll(lexeme)) {
    const kind = kindOf(text)
    if (kind !== 'space') tokens.push({ kind, text })
    if (tokens.length > maxTokens) return null
  }
  return tokens
}

function kindOf(text: string): Token['kind'] {
  const first = text.charAt(0)
  if (first === '"') return 'text'
  if (/[-\d]/.test(first)) return 'number'
  if (/[{}[\],:]/.test(first)) return 'mark'
  return /\s/.test(first) ? 'space' : 'word'
}
