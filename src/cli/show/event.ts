import type { DeliveryView } from '../../operator/schemas.ts'
import type { SeenEvent } from '../api/answers.ts'
import type { Output } from '../output.ts'
import { bytesText } from './quantity.ts'
import { plain } from './text.ts'

type Style = Parameters<Output['style']>[0]

const colours: Readonly<Record<DeliveryView['state'], Style>> = {
  pending: 'yellow',
  leased: 'yellow',
  done: 'green',
  dead: 'red',
  discarded: 'dim',
}

/** What became of an event, in a word or two. */
export function statusOf(output: Output, { deliveries, duplicates, conflict, repeated }: SeenEvent): string {
  const counts = new Map<DeliveryView['state'], number>()
  for (const { state } of deliveries) counts.set(state, (counts.get(state) ?? 0) + 1)
  const states = [...counts].map(([state, count]) =>
    output.style(colours[state], deliveries.length === 1 ? state : `${count} ${state}`),
  )
  if (states.length === 0) states.push(output.style('dim', 'goes nowhere'))
  if (duplicates > 0) states.push(`came again ×${duplicates}`)
  if (conflict) states.push(output.style('red', 'with other bytes'))
  if (repeated) states.push(output.style('red', 'seen under another id'))
  return states.join(', ')
}

export function stateText(output: Output, state: DeliveryView['state']): string {
  return output.style(colours[state], state)
}

/** The cells that every list of events has. */
export function eventCells(output: Output, event: SeenEvent, time: string): readonly string[] {
  const { id, source, type, bodySize } = event
  return [time, output.style('cyan', id), plain(source, 40), plain(type, 60), bytesText(bodySize).padStart(8)]
}
