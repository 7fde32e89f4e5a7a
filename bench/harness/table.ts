export interface Column<Row> {
  readonly title: string
  readonly value: (row: Row) => string
  /** Text is left-aligned, figures right. */
  readonly text?: boolean
}

/** A Markdown table that is also readable as it stands. */
export function renderTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => column.value(row)))
  const widths = columns.map((column, index) =>
    Math.max(3, column.title.length, ...cells.map((row) => row[index]?.length ?? 0)),
  )
  const line = (values: readonly string[]) =>
    `| ${values.map((value, index) => (columns[index]?.text ? value.padEnd(widths[index] ?? 0) : value.padStart(widths[index] ?? 0))).join(' | ')} |`
  const rule = widths.map((width, index) => (columns[index]?.text ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`))
  return [line(columns.map((column) => column.title)), line(rule), ...cells.map(line)].join('\n')
}

/** Three significant digits. */
export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 999.5) return String(Number(value.toPrecision(3)))
  return value === 0 ? '0' : value.toPrecision(3)
}

export function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(2) : '–'
}

export function percent(value: number): string {
  return `${Math.round(value * 100)} %`
}

const kibibyte = 1024
const mebibyte = 1024 * 1024

export function bytes(value: number): string {
  if (value >= mebibyte) return `${figure(value / mebibyte)} MiB`
  return value >= kibibyte ? `${figure(value / kibibyte)} KiB` : `${Math.round(value)} B`
}

/** From microseconds. */
export function milliseconds(value: number): string {
  return figure(value / 1000)
}
