/** Sums in memory that are added to rows of one table from time to time. */
export interface Tally {
  add(key: readonly TallyKey[], counts: readonly number[]): void
  /** What came together; the tally is empty then. */
  take(): Sums
  putBack(sums: Sums): void
  /** The statement that adds sums to the table, and its values. */
  readonly upsert: string
  valuesOf(sums: Sums): readonly unknown[]
}

type TallyKey = string | number
type Sums = ReadonlyMap<string, { readonly key: readonly TallyKey[]; readonly counts: readonly number[] }>

const separator = '\n'

/** `keys` by their name and type. */
export function createTally(
  table: string,
  keys: Readonly<Record<string, 'integer' | 'text'>>,
  columns: readonly string[],
): Tally {
  const names = Object.keys(keys)
  const all = [...names, ...columns]
  const types = [...Object.values(keys), ...columns.map(() => 'bigint')]
  const arrays = types.map((type, i) => `$${i + 1}::${type}[]`)
  const sums = columns.map((column) => `${column} = t.${column} + excluded.${column}`)
  let waiting = new Map<string, { key: readonly TallyKey[]; counts: number[] }>()

  function add(key: readonly TallyKey[], counts: readonly number[]): void {
    const name = key.join(separator)
    const known = waiting.get(name)
    if (known === undefined) waiting.set(name, { key, counts: [...counts] })
    else for (const [i, count] of counts.entries()) known.counts[i] = (known.counts[i] ?? 0) + count
  }

  return {
    add,
    take() {
      const taken = waiting
      waiting = new Map()
      return taken
    },
    putBack(taken) {
      for (const { key, counts } of taken.values()) add(key, counts)
    },
    // In order, so that two replicas do not lock each other out.
    upsert: `INSERT INTO ${table} AS t (${all.join(', ')})
      SELECT * FROM unnest(${arrays.join(', ')}) AS i (${all.join(', ')}) ORDER BY ${names.join(', ')}
      ON CONFLICT (${names.join(', ')}) DO UPDATE SET ${sums.join(', ')}`,
    valuesOf(taken) {
      const rows = [...taken.values()].map(({ key, counts }) => [...key, ...counts])
      return all.map((_, i) => rows.map((row) => row[i]))
    },
  }
}
