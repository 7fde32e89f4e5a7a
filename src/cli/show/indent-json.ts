const indent = '  '

/**
 * JSON with a line for each value, and otherwise as it came: numbers that JavaScript cannot hold, and names that are there
 * twice, stay as they are.
 * @returns null when the text is not JSON
 */
export function indentJson(text: string): string | null {
  try {
    JSON.parse(text)
  } catch {
    return null
  }
  const parts: string[] = []
  let depth = 0
  let opened = false
  // Strings, and single characters between them; white space outside of strings is dropped.
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gs)) {
    const closes = token === '}' || token === ']'
    if (closes) depth--
    // Nothing between the brackets: nothing between the brackets.
    if (opened !== closes) parts.push(lineAt(depth))
    parts.push(token === ':' ? ': ' : token)
    if (token === ',') parts.push(lineAt(depth))
    opened = token === '{' || token === '['
    if (opened) depth++
  }
  return parts.join('')
}

function lineAt(depth: number): string {
  return `\n${indent.repeat(depth)}`
}
