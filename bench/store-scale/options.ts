/** How many are stored, how many wait, and which lists are asked (all of them), for `parseArgs`. */
export const scaleOptions = {
  events: { type: 'string', default: '1e4,1e6' },
  pending: { type: 'string', default: '1e3,1e5,1e6' },
  query: { type: 'string', multiple: true, default: [] as string[] },
} as const

/** A list of numbers as people write them: `1e4,1e6`; nothing: none. */
export function sizes(list: string): readonly number[] {
  return list.split(',').filter(Boolean).map(Number)
}
