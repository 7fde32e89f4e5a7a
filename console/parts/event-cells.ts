import { h } from 'preact'
import type { EventView } from '../../src/operator/schemas.ts'
import { bytes, count, plural, shortCount } from '../text/format.ts'
import { standingOf, stateOfEvent } from '../text/states.ts'
import { Badge, Time } from './basics.ts'

/** One event in a list. */
export function EventCells(event: EventView) {
  const { deliveries, duplicates, conflict, repeated } = event
  const standing = standingOf(stateOfEvent(deliveries))
  return [
    h('span', { key: 'state', class: 'state' }, h(Badge, standing)),
    h(
      'span',
      { key: 'type', class: 'type' },
      h('span', { class: 'clip', title: event.type }, event.type),
      conflict ? h('span', { class: 'flag bad', title: 'It came again with other bytes.' }, 'conflict') : null,
      repeated
        ? h('span', { class: 'flag warn', title: 'The same signed bytes came before under another id.' }, 'repeated')
        : null,
      duplicates > 0
        ? h(
            'span',
            { class: 'flag', title: `It came ${plural(duplicates, 'more time')}.` },
            `+${shortCount(duplicates)}`,
          )
        : null,
    ),
    h('span', { key: 'source', class: 'source' }, h('span', { class: 'clip' }, event.source)),
    h('span', { key: 'to', class: 'to' }, h('span', { class: 'clip' }, destinationsOf(event))),
    h('span', { key: 'size', class: 'size' }, bytes(event.bodySize)),
    h('span', { key: 'when', class: 'when' }, h(Time, { at: event.receivedAt })),
  ]
}

function destinationsOf({ deliveries }: EventView): string {
  const [first, ...others] = deliveries
  if (first === undefined) return '–'
  return others.length === 0 ? first.destination : `${first.destination} and ${count(others.length)} more`
}
