import type { AttemptView, DeliveryView, DestinationView } from '../../src/operator/schemas.ts'

/** What a state looks like, besides its word. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet'

export interface Standing {
  readonly word: string
  readonly tone: Tone
  /** What it means, in a sentence. */
  readonly meaning: string
}

/** What is said of a state besides its name, which is the API's: who reads it here can search for it everywhere. */
type Meaning = Omit<Standing, 'word'>

const meanings = {
  none: { tone: 'quiet', meaning: 'It is stored; no destination takes it.' },
  done: { tone: 'good', meaning: 'Delivered: every destination answered 2xx.' },
  dead: { tone: 'bad', meaning: 'Given up after all attempts. Replay it when the cause is mended.' },
  leased: { tone: 'busy', meaning: 'An attempt is being made now.' },
  retrying: { tone: 'warn', meaning: 'The last attempt failed; it is tried again.' },
  pending: { tone: 'busy', meaning: 'It waits for an attempt.' },
  discarded: { tone: 'quiet', meaning: 'An operator does not want it delivered any more.' },
} as const satisfies Readonly<Record<string, Meaning>>

export type State = keyof typeof meanings

/** The states by which events are looked for, in the order in which they are offered. */
export const states: readonly State[] = ['pending', 'retrying', 'leased', 'done', 'dead', 'discarded', 'none']

export const standingOf = (state: State): Standing => ({ word: state, ...meanings[state] })

export function stateOfDelivery({ state, retrying }: Pick<DeliveryView, 'state' | 'retrying'>): State {
  return retrying ? 'retrying' : state
}

/** Of an event: the state of that delivery which most wants to be looked at. */
export function stateOfEvent(deliveries: readonly DeliveryView[]): State {
  const found = new Set(deliveries.map(stateOfDelivery))
  const order: readonly State[] = ['dead', 'retrying', 'leased', 'pending', 'done', 'discarded']
  return order.find((state) => found.has(state)) ?? 'none'
}

/** Whether its state will change by itself. */
export function isUnfinished(deliveries: readonly DeliveryView[]): boolean {
  return deliveries.some(({ state }) => state === 'pending' || state === 'leased')
}

const outcomes: Readonly<Record<string, Meaning>> = {
  done: { tone: 'good', meaning: 'Delivered: the destination answered 2xx.' },
  retry: { tone: 'warn', meaning: 'It failed, and is tried again.' },
  dead: { tone: 'bad', meaning: 'It failed, and was the last attempt there is.' },
  released: { tone: 'quiet', meaning: 'A stop of the gateway broke it off; it does not count.' },
  deferred: { tone: 'quiet', meaning: 'Put off before it began; it does not count.' },
  crashed: { tone: 'bad', meaning: 'The process ended, or the attempt outlived its lease.' },
}

export const standingOfAttempt = (outcome: AttemptView['outcome']): Standing => ({
  word: outcome,
  ...(outcomes[outcome] ?? { tone: 'quiet', meaning: '' }),
})

const destinations: Readonly<Record<DestinationView['state'], Meaning>> = {
  active: { tone: 'good', meaning: 'Deliveries are made as they fall due.' },
  failing: { tone: 'bad', meaning: 'It only fails, so it is left alone and tried with one delivery now and then.' },
  throttled: { tone: 'warn', meaning: 'It asked for a pause (429 or 503 with Retry-After), and has it.' },
  paused: { tone: 'warn', meaning: 'An operator paused it. What falls due waits.' },
  disabled: { tone: 'bad', meaning: 'It answered 410 Gone. Enable it when it is back.' },
}

export const standingOfDestination = (state: DestinationView['state']): Standing => ({
  word: state,
  ...destinations[state],
})
