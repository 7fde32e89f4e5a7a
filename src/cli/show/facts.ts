import { type Output, table } from '../output.ts'

/** A name and what there is to say of it; null: nothing, and the line is left out. */
export type Fact = readonly [name: string, text: string | null]

/** Names in one column, what there is to say of each beside it. */
export function factLines(output: Output, facts: readonly Fact[]): readonly string[] {
  const rows = facts.flatMap(([name, text]) => (text === null ? [] : [[output.style('dim', name), text]]))
  return table(rows, '  ')
}
