import type { DeliveryView } from '../../operator/schemas.ts'
import type { SeenEvent } from '../api/answers.ts'
import type { Output } from '../output.ts'
import { bytesText, counted } from './quantity.ts'
import { plain } from './text.ts'

type Style = Parameters<Output['style']>[0]

type State = DeliveryView['state'] | 'retrying'

const colours: Readonly<Record<State, Style>> = {
  pending: 'yellow',
  retrying: 'yellow',
  leased: 'yellow',
  done: 'green',
  dead: 'red',
  discarded: 'dim',
}

/** By the name that filters have for it: a delivery that waits for another attempt is `retrying`. */
function stateOf({ state, retrying }: Pick<DeliveryView, 'state' | 'retrying'>): State {
  return retrying ? 'retrying' : state
}

/** What became of an event, in the words of the API, so that they can be searched for. */
export function statusOf(output: Output, { deliveries, duplicates, conflict, repeated }: SeenEvent): string {
  const counts = new Map<State, number>()
  for (const delivery of deliveries) {
    const state = stateOf(delivery)
    counts.set(state, (counts.get(state) ?? 0) + 1)
  }
  const states = [...counts].map(([state, count]) =>
    output.style(colours[state], deliveries.length === 1 ? state : `${count} ${state}`),
  )
  if (states.length === 0) states.push(output.style('dim', 'none'))
  if (duplicates > 0) states.push(counted(duplicates, 'duplicate'))
  if (conflict) states.push(output.style('red', 'conflict'))
  if (repeated) states.push(output.style('red', 'repeated'))
  return states.join(', ')
}

export function stateText(output: Output, delivery: Pick<DeliveryView, 'state' | 'retrying'>): string {
  const state = stateOf(delivery)
  return output.style(colours[state], state)
}

/** The cells that every list of events has. */
export function eventCells(output: Output, event: SeenEvent, time: string): readonly string[] {
  const { id, source, type, bodySize } = event
  return [time, output.style('cyan', id), plain(source, 40), plain(type, 60), bytesText(bodySize).padStart(8)]
}
