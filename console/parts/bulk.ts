import { h } from 'preact'
import { useState } from 'preact/hooks'
import type { DestinationView } from '../../src/operator/schemas.ts'
import { plural } from '../text/format.ts'
import { BulkButton, BulkDialog, useBulk } from './bulk-work.ts'
import { CheckField, SelectField } from './fields.ts'

/** Which deliveries, as the API takes it. */
export type DeliveryFilter = Readonly<Record<string, string>>

export interface BulkProps {
  readonly kind: 'replay' | 'discard'
  readonly filter: DeliveryFilter
  /** Where a replay may go instead. */
  readonly destinations: readonly DestinationView[]
  readonly started: () => void
  readonly disabled: boolean
}

const words = {
  replay: {
    label: 'Replay all…',
    title: 'Start every delivery anew that matches the filters',
    heading: 'Replay all that match',
    action: 'Replay',
    said: 'The replay has begun.',
  },
  discard: {
    label: 'Discard all…',
    title: 'Give up every delivery for good that matches the filters',
    heading: 'Discard all that match',
    action: 'Discard',
    said: 'They are being discarded.',
  },
} as const

const maxRate = 10_000

/** Replays or discards all deliveries that match, after saying how many there are. */
export function BulkDeliveries(props: BulkProps) {
  const { kind, disabled } = props
  const { label, title } = words[kind]
  const dialog = (close: () => void) => h(DeliveriesDialog, { ...props, close })
  return h(BulkButton, { label, title, danger: kind === 'discard', disabled, dialog })
}

function DeliveriesDialog({ kind, filter, destinations, started, close }: BulkProps & { readonly close: () => void }) {
  const { heading, action, said } = words[kind]
  const bulk = useBulk<{ readonly matching: number }>({
    path: '/api/jobs',
    body: { kind, filter },
    maxRate,
    said,
    started,
    close,
  })
  const [to, setTo] = useState('')
  const [move, setMove] = useState(true)
  const matching = bulk.found?.matching ?? null
  const counted = matching === null ? 'Counting…' : plural(matching, 'delivery', 'deliveries')
  const chosen = Object.entries(filter).map(([name, value]) => `${name} ${value}`)
  const replays = kind === 'replay'
  return h(
    BulkDialog,
    {
      bulk,
      title: heading,
      action: matching === null ? action : `${action} ${counted}`,
      danger: !replays,
      ready: matching !== null && matching > 0,
      onConfirm: () => void bulk.start(replays && to !== '' ? { destination: to, move } : {}),
    },
    h(
      'p',
      { role: 'status' },
      h('strong', null, counted),
      matching === null ? null : [' match: ', h('code', { key: 'filter', class: 'wrap' }, chosen.join(', '))],
    ),
    replays
      ? [
          h(SelectField, {
            key: 'to',
            title: 'To',
            value: to,
            onChange: setTo,
            options: [
              { value: '', title: 'Where each was meant to go' },
              ...destinations
                .filter(({ configured }) => configured)
                .map(({ name }) => ({ value: name, title: `All to ${name}` })),
            ],
          }),
          to === ''
            ? null
            : h(CheckField, {
                key: 'move',
                title: 'and discard them where they were',
                checked: move,
                onChange: setMove,
              }),
          h('p', { key: 'lane', class: 'hint' }, 'They wait behind what comes in now.'),
        ]
      : h('p', null, 'They are not tried again. The events stay, and can be replayed one by one.'),
  )
}
