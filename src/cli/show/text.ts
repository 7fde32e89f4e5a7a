import { stripVTControlCharacters } from 'node:util'
import { unsafe } from '../../plain-text.ts'

export { plain } from '../../plain-text.ts'

/** Text of many lines from elsewhere: breaks and tabs stay, everything else that a terminal would obey is spelt out. */
export function plainLines(text: string): string {
  return text
    .toWellFormed()
    .replace(/\r\n/g, '\n')
    .replaceAll('\t', '    ')
    .replace(unsafe, (character) => (character === '\n' ? character : spelt(character)))
}

/** JSON that a terminal shows and nothing else: `JSON.stringify` leaves some controls as they are. */
export function jsonText(value: unknown, indent?: number): string {
  const text = JSON.stringify(value, null, indent)
  return text.replace(unsafe, (character) => (character === '\n' ? character : escaped(character)))
}

function spelt(character: string): string {
  const code = character.codePointAt(0) ?? 0
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`
}

/** As JSON has it: one for each half of a pair. */
function escaped(character: string): string {
  return [...Array(character.length).keys()]
    .map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`)
    .join('')
}

/** Characters that take two columns: East Asian Wide and Fullwidth (https://www.unicode.org/reports/tr11/), and emoji. */
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u
const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Columns that a text takes on a terminal, colours aside. */
export function widthOf(text: string): number {
  const bare = stripVTControlCharacters(text)
  // biome-ignore lint/suspicious/noControlCharactersInRegex: nearly everything is this
  if (/^[\u0000-\u007f…–·×✓✗→]*$/.test(bare)) return bare.length
  let width = 0
  for (const { segment } of graphemes.segment(bare)) width += wide.test(segment) ? 2 : 1
  return width
}

/** As much of a text without colours as goes into so many columns, and `…` where it is cut. */
export function fitted(text: string, columns: number): string {
  if (widthOf(text) <= columns) return text
  let kept = ''
  let width = 1
  for (const { segment } of graphemes.segment(text)) {
    width += widthOf(segment)
    if (width > columns) break
    kept += segment
  }
  return columns < 1 ? '' : `${kept}…`
}
