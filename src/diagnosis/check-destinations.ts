/** What is known of a destination's deliveries: as the operator's API has it. */
export interface DestinationStanding {
  readonly name: string
  readonly configured: boolean
  readonly state: 'active' | 'failing' | 'throttled' | 'paused' | 'disabled'
  readonly reason: string | null
  readonly pending: number
  readonly dead: number
  /** For how many seconds the oldest of those that wait has been due. */
  readonly ageSeconds: number
}

export interface DestinationTrouble {
  readonly kind: 'gone' | 'disabled' | 'paused' | 'late' | 'dead'
  /** Whether something has been due for longer than a quarter of an hour. */
  readonly isLate: boolean
  /** What is the matter, and what to do. */
  readonly sentence: string
}

const lateSeconds = 15 * 60

/** What an operator should do something about; null: it is as it should be. */
export function checkDestination(destination: DestinationStanding): DestinationTrouble | null {
  const { name, configured, state, reason, pending, dead, ageSeconds } = destination
  const isLate = ageSeconds > lateSeconds
  const trouble = (kind: DestinationTrouble['kind'], sentence: string) => ({ kind, isLate, sentence })
  const minutes = `${Math.floor(ageSeconds / 60)} minutes`
  const waiting = pending === 1 ? '1 delivery waits' : `${pending} deliveries wait`
  if (!configured && pending > 0) {
    return trouble('gone', `${waiting} for ${name}, which is in no setting any more: move or discard what waits.`)
  }
  if (state === 'disabled') {
    const why = reason === null ? '' : ` (${reason})`
    return trouble('disabled', `${name} is disabled${why}, and ${waiting}: enable it once it takes events again.`)
  }
  if (state === 'paused') {
    const since = isLate ? `, the oldest has been due for ${minutes}` : ''
    return trouble('paused', `${name} is paused, and ${waiting}${since}: resume it when it may go on.`)
  }
  if (isLate && state === 'failing') {
    return trouble(
      'late',
      `${name} only fails, ${waiting}, and the oldest has been due for ${minutes}. See why its attempts fail; it is tried now and then, or at once when you say so.`,
    )
  }
  if (isLate && state === 'throttled') {
    return trouble(
      'late',
      `${name} asks for pauses (429 or 503 with Retry-After), ${waiting}, and the oldest has been due for ${minutes}. Have it take more, or set its rate to what it takes; it can be tried now.`,
    )
  }
  if (isLate) {
    return trouble(
      'late',
      `${name} is behind: ${waiting}, and the oldest has been due for ${minutes}. See why its attempts fail or are slow, or raise DELIVERY_CONCURRENCY.`,
    )
  }
  if (dead === 0) return null
  const ended =
    dead === 1
      ? `1 delivery to ${name} is dead: mend the cause, then replay it.`
      : `${dead} deliveries to ${name} are dead: mend the cause, then replay them.`
  return trouble('dead', ended)
}
