import { plainLines, widthOf } from '../../show/text.ts'

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })

/** Text as lines of at most so many columns. Without colours. */
export function wrapped(text: string, columns: number): readonly string[] {
  return plainLines(text)
    .split('\n')
    .flatMap((line) => (widthOf(line) <= columns ? [line] : pieces(line, Math.max(1, columns))))
}

function pieces(line: string, columns: number): readonly string[] {
  const found: string[] = []
  let piece = ''
  let width = 0
  for (const { segment } of graphemes.segment(line)) {
    const own = widthOf(segment)
    if (width + own > columns) {
      found.push(piece)
      piece = ''
      width = 0
    }
    piece += segment
    width += own
  }
  return [...found, piece]
}
