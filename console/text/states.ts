import type { AttemptView, DeliveryView, DestinationView } from '../../src/operator/schemas.ts'

/** What a state looks like, besides its word. */
export type Tone = 'good' | 'bad' | 'warn' | 'busy' | 'quiet'

export interface Standing {
  readonly word: string
  readonly tone: Tone
  /** What it means, in a sentence. */
  readonly meaning: string
}

const standings = {
  none: { word: 'no destination', tone: 'quiet', meaning: 'It is stored; no destination takes it.' },
  done: { word: 'delivered', tone: 'good', meaning: 'Every destination answered 2xx.' },
  dead: { word: 'dead', tone: 'bad', meaning: 'Given up after all attempts. Replay it when the cause is mended.' },
  leased: { word: 'under way', tone: 'busy', meaning: 'An attempt is being made now.' },
  retrying: { word: 'retrying', tone: 'warn', meaning: 'The last attempt failed; it is tried again.' },
  pending: { word: 'pending', tone: 'busy', meaning: 'It waits for its first attempt.' },
  discarded: { word: 'discarded', tone: 'quiet', meaning: 'An operator does not want it delivered any more.' },
} as const satisfies Readonly<Record<string, Standing>>

export type State = keyof typeof standings

/** The states by which events are looked for, in the order in which they are offered. */
export const states: readonly State[] = ['pending', 'retrying', 'leased', 'done', 'dead', 'discarded', 'none']

export const standingOf = (state: State): Standing => standings[state]

export function stateOfDelivery({ state, attempts }: Pick<DeliveryView, 'state' | 'attempts'>): State {
  return state === 'pending' && attempts > 0 ? 'retrying' : state
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

const outcomes: Readonly<Record<string, Standing>> = {
  done: { word: 'delivered', tone: 'good', meaning: 'The destination answered 2xx.' },
  retry: { word: 'failed', tone: 'warn', meaning: 'It is tried again.' },
  dead: { word: 'given up', tone: 'bad', meaning: 'The last attempt there is.' },
  released: { word: 'given back', tone: 'quiet', meaning: 'It was not made, and does not count.' },
  deferred: { word: 'put off', tone: 'quiet', meaning: 'The destination was left alone; it does not count.' },
  crashed: { word: 'no word', tone: 'bad', meaning: 'The process ended, or the attempt outlived its lease.' },
}

export const standingOfAttempt = (outcome: AttemptView['outcome']): Standing =>
  outcomes[outcome] ?? { word: outcome, tone: 'quiet', meaning: '' }

const destinations: Readonly<Record<DestinationView['state'], Standing>> = {
  active: { word: 'active', tone: 'good', meaning: 'Deliveries are made as they fall due.' },
  failing: {
    word: 'failing',
    tone: 'bad',
    meaning: 'It only fails, so it is left alone and tried with one delivery now and then.',
  },
  paused: { word: 'paused', tone: 'warn', meaning: 'An operator paused it. What falls due waits.' },
  disabled: { word: 'disabled', tone: 'bad', meaning: 'It answered 410 Gone. Enable it when it is back.' },
}

export const standingOfDestination = (state: DestinationView['state']): Standing => destinations[state]
