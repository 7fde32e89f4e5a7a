import type { Writable } from 'node:stream'
import { styleText } from 'node:util'
import { type Io, isTerminal } from './io.ts'
import { jsonText, widthOf } from './show/text.ts'

export { plain } from './show/text.ts'

type Style = Parameters<typeof styleText>[0]

/** How a command speaks: to people line by line, or with `--json` as JSON on standard output. */
export interface Output {
  readonly json: boolean
  /** For people; nothing with `--json`. */
  line(text?: string): void
  /** For scripts, all of it at once; nothing without `--json`. */
  document(value: unknown): void
  /** For scripts, one of many, on a line of its own; nothing without `--json`. */
  record(value: unknown): void
  /** On standard error, with `--json` too: what happens meanwhile, and is no result. */
  notice(text: string): void
  /** Colours and the like, only where a terminal shows them and nobody asked for none (NO_COLOR). */
  style(style: Style, text: string): string
}

export function createOutput({ stdout, stderr, env }: Io, json: boolean): Output {
  const coloured = isColoured(stdout, env)
  return {
    json,
    line(text = '') {
      if (!json) stdout.write(`${text}\n`)
    },
    document(value) {
      if (json) stdout.write(`${jsonText(value, 2)}\n`)
    },
    record(value) {
      if (json) stdout.write(`${jsonText(value)}\n`)
    },
    notice: (text) => void stderr.write(`posthorn: ${text}\n`),
    style: (style, text) => (coloured ? styleText(style, text, { validateStream: false }) : text),
  }
}

function isColoured(stream: Writable, { NO_COLOR, FORCE_COLOR, TERM }: Io['env']): boolean {
  // https://no-color.org and https://force-color.org: set and not empty, whatever the value.
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return isTerminal(stream) && TERM !== 'dumb'
}

/** Columns of equal width, the last one as it comes. */
export function table(rows: readonly (readonly string[])[], indent = ''): readonly string[] {
  const widths: number[] = []
  for (const row of rows) {
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(cell))
  }
  return rows.map((row) => {
    const cells = row.map((cell, index) =>
      index === row.length - 1 ? cell : cell + ' '.repeat((widths[index] ?? 0) - widthOf(cell)),
    )
    return indent + cells.join('  ').trimEnd()
  })
}
