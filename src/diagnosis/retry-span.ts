const MINUTE_MS = 60_000
const units: readonly (readonly [unit: RegExp, ms: number])[] = [
  [/^w/, 7 * 24 * 60 * MINUTE_MS],
  [/^d/, 24 * 60 * MINUTE_MS],
  [/^h/, 60 * MINUTE_MS],
  [/^m/, MINUTE_MS],
]

/**
 * The longest time that a row's words on retries name (`'for up to 3 days'`), in milliseconds; null where they name none of
 * a minute or more. Where they list pauses the whole is longer, but never by days.
 */
export function retrySpanMs(words: string | undefined): number | null {
  const spans = [...(words ?? '').matchAll(/\b(\d+) ?(weeks?|days?|d|hours?|h|minutes?|min)\b/g)].map(
    ([, count = '', unit = '']) => Number(count) * (units.find(([start]) => start.test(unit))?.[1] ?? 0),
  )
  return spans.length === 0 ? null : Math.max(...spans)
}
