import { h } from 'preact'
import { useState } from 'preact/hooks'
import type { DestinationView, EventDetailView } from '../../src/operator/schemas.ts'
import { ask } from '../state/api.ts'
import { useKeys } from '../state/keys.ts'
import { useResource } from '../state/resource.ts'
import { useReadOnly } from '../state/session.ts'
import type { DestinationList } from '../state/types.ts'
import { Action } from './action.ts'
import { SelectField } from './fields.ts'

export interface ReplayProps {
  readonly event: EventDetailView
  /** It was started. */
  readonly done: () => void
}

/** Delivers an event again, after asking where. */
export function Replay({ event, done }: ReplayProps) {
  const [asked, setAsked] = useState(false)
  const [to, setTo] = useState('')
  const readOnly = useReadOnly()
  const { data } = useResource<DestinationList>('/api/destinations')
  const configured = (data?.destinations ?? []).filter((destination) => destination.configured)
  const gone = event.body === null
  useKeys(readOnly === null && !gone ? { r: () => setAsked(true) } : {})
  return h(
    Action,
    {
      label: 'Replay',
      primary: true,
      title: gone ? 'Its payload is past its retention.' : 'Deliver it again. (r)',
      question: 'Replay this event?',
      disabled: gone,
      asked,
      onAsked: setAsked,
      async run() {
        await ask('POST', `/api/events/${event.id}/replay`, { body: to === '' ? {} : { destination: to } })
        done()
        return to === '' ? 'It is being delivered again.' : `It is being delivered to ${to}.`
      },
    },
    h(ReplayTarget, { event, configured, to, setTo }),
  )
}

interface ReplayTargetProps {
  readonly event: EventDetailView
  readonly configured: readonly DestinationView[]
  readonly to: string
  readonly setTo: (to: string) => void
}

function ReplayTarget({ event, configured, to, setTo }: ReplayTargetProps) {
  const before = event.deliveries.map(({ destination }) => destination)
  return h(
    'div',
    null,
    h(
      'p',
      null,
      before.length === 0
        ? 'No destination took it when it came. Choose one.'
        : 'It is delivered again as it came, with the bytes and headers that are stored. Those who had it already get it twice.',
    ),
    h(SelectField, {
      title: 'To',
      value: to,
      onChange: setTo,
      options: [
        {
          value: '',
          title: before.length === 0 ? 'Choose a destination' : `Where it went before (${before.join(', ')})`,
        },
        ...configured.map(({ name }) => ({ value: name, title: name })),
      ],
    }),
    configured.length === 0 && before.length === 0
      ? h('p', { class: 'hint' }, 'No destination is configured: set FORWARD_URL, or put a file into handlers/.')
      : null,
  )
}
