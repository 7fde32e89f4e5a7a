import type { Writable } from 'node:stream'
import { stripVTControlCharacters, styleText } from 'node:util'
import type { Io } from './io.ts'

type Style = Parameters<typeof styleText>[0]

/** How a command speaks: to people line by line, or with `--json` as one JSON document on standard output. */
export interface Output {
  readonly json: boolean
  /** For people; nothing with `--json`. */
  line(text?: string): void
  /** For scripts; nothing without `--json`. */
  document(value: unknown): void
  /** Colours and the like, only where a terminal shows them and nobody asked for none (NO_COLOR). */
  style(style: Style, text: string): string
}

export function createOutput({ stdout, env }: Io, json: boolean): Output {
  return {
    json,
    line(text = '') {
      if (!json) stdout.write(`${text}\n`)
    },
    document(value) {
      if (json) stdout.write(`${JSON.stringify(value, null, 2)}\n`)
    },
    style: (style, text) => (isColoured(stdout, env) ? styleText(style, text, { validateStream: false }) : text),
  }
}

function isColoured(stream: Writable, { NO_COLOR, FORCE_COLOR, TERM }: Io['env']): boolean {
  // https://no-color.org and https://force-color.org: set and not empty, whatever the value.
  if (NO_COLOR) return false
  if (FORCE_COLOR) return FORCE_COLOR !== '0'
  return 'isTTY' in stream && stream.isTTY === true && TERM !== 'dumb'
}

/** Text from elsewhere as it may stand on a terminal: on one line, without control characters, and cut where it is long. */
export function plain(text: string, length = 200): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const line = stripVTControlCharacters(text).replace(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return line.length > length ? `${line.slice(0, length)}…` : line
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

function widthOf(text: string): number {
  return stripVTControlCharacters(text).length
}
