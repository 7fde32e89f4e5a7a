const SOURCE_ENDINGS = [
  'WEBHOOK_SECRET',
  'WEBHOOK_SECRET_PREVIOUS',
  'WEBHOOK_PROVIDER',
  'WEBHOOK_HEADER',
  'WEBHOOK_ALLOW',
  'WEBHOOK_UNSIGNED',
]

/**
 * The known name that a misspelt one was probably meant to be: equal but for case, or one or two letters away. Short
 * names are compared strictly, or half of a machine's environment would look like ours. Null: nothing is near.
 */
export function nearest(name: string, known: readonly string[]): string | null {
  const sameButForCase = known.find((candidate) => candidate.toLowerCase() === name.toLowerCase())
  if (sameButForCase !== undefined) return sameButForCase
  const allowed = name.length < 5 ? 0 : name.length < 8 ? 1 : 2
  const near = known
    .filter((candidate) => Math.abs(candidate.length - name.length) <= allowed)
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate, allowed) }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
  return near[0]?.candidate ?? null
}

/** The few known names that a wrong one is most like, the likeliest first: it is a part of them, or they are near. */
export function nearestFew(name: string, known: readonly string[], count = 3): readonly string[] {
  const isPart = (part: string, whole: string) => part.length >= 3 && whole.startsWith(part)
  const allowed = Math.floor(name.length / 3)
  return known
    .map((candidate) => ({
      candidate,
      distance: isPart(name, candidate) || isPart(candidate, name) ? 0 : editDistance(name, candidate, allowed),
    }))
    .filter(({ distance }) => distance <= allowed)
    .sort((a, b) => a.distance - b.distance)
    .slice(0, count)
    .map(({ candidate }) => candidate)
}

/** Like `nearest`, for an environment variable: also finds `GITHUB_WEBHOOK_SECRT` and `STRIPE_WEBHOOK_SECRET_OLD`. */
export function nearestSetting(name: string, known: readonly string[]): string | null {
  const stem = /^(.*WEBHOOK_SECRET)_/.exec(name)?.[1]
  if (stem !== undefined) return `${stem}_PREVIOUS`
  const whole = nearest(name, known)
  if (whole !== null) return whole
  const sourceless = nearest(name, SOURCE_ENDINGS)
  if (sourceless !== null) return `<SOURCE>_${sourceless}`
  for (const { index } of name.matchAll(/_/g)) {
    const ending = nearest(name.slice(index + 1), SOURCE_ENDINGS)
    if (ending !== null) return `${name.slice(0, index)}_${ending}`.toUpperCase()
  }
  return null
}

/**
 * Levenshtein's distance: how many letters must be inserted, deleted or replaced. Infinite as soon as it is known to be more
 * than `most`: every variable of the environment is compared with every setting at start, and few are alike.
 */
function editDistance(a: string, b: string, most: number): number {
  let above = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (const [i, letter] of [...a].entries()) {
    let left = i + 1
    const row = [left]
    for (const [j, other] of [...b].entries()) {
      const diagonal = (above[j] ?? 0) + (letter === other ? 0 : 1)
      left = Math.min(left + 1, (above[j + 1] ?? 0) + 1, diagonal)
      row.push(left)
    }
    if (Math.min(...row) > most) return Number.POSITIVE_INFINITY
    above = row
  }
  return above[b.length] ?? 0
}
