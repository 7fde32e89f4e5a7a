import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { DestinationView, JobView } from '../../src/operator/schemas.ts'
import { ask, describe } from '../state/api.ts'
import { say } from '../state/notices.ts'
import { useReadOnly } from '../state/session.ts'
import { plural } from '../text/format.ts'
import { Confirm } from './dialog.ts'
import { noteTotal } from './jobs.ts'

/** Which deliveries, as the API takes it. */
export type DeliveryFilter = Readonly<Record<string, string>>

export interface BulkProps {
  readonly kind: 'replay' | 'discard'
  readonly filter: DeliveryFilter
  readonly destinations: readonly DestinationView[]
  readonly started: () => void
  readonly disabled: boolean
}

const words = {
  replay: { label: 'Replay all…', title: 'Start every delivery anew that matches the filters', action: 'Replay' },
  discard: {
    label: 'Discard all…',
    title: 'Give up every delivery for good that matches the filters',
    action: 'Discard',
  },
} as const

/** Counts what matches, asks how, and starts a job. */
export function BulkButton(props: BulkProps) {
  const [open, setOpen] = useState(false)
  const readOnly = useReadOnly()
  const { label, title } = words[props.kind]
  return [
    h(
      'button',
      {
        key: 'button',
        type: 'button',
        class: props.kind === 'replay' ? 'primary' : 'danger',
        disabled: props.disabled || readOnly !== null,
        title: readOnly ?? title,
        onClick: () => setOpen(true),
      },
      label,
    ),
    open ? h(BulkDialog, { key: 'dialog', ...props, close: () => setOpen(false) }) : null,
  ]
}

function BulkDialog({ kind, filter, destinations, started, close }: BulkProps & { readonly close: () => void }) {
  const [matching, setMatching] = useState<number | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [rate, setRate] = useState('100')
  const [to, setTo] = useState('')
  const [move, setMove] = useState(true)
  const [busy, setBusy] = useState(false)
  const ratePerSecond = Number(rate)
  const wrongRate = !(ratePerSecond > 0 && ratePerSecond <= 10_000)

  useEffect(() => {
    const controller = new AbortController()
    ask<{ matching: number }>('POST', '/api/jobs', {
      body: { kind, filter, dryRun: true },
      signal: controller.signal,
    }).then(
      (answer) => setMatching(answer.matching),
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(describe(error))
      },
    )
    return () => controller.abort()
  }, [])

  async function start(): Promise<void> {
    setBusy(true)
    const target = kind === 'replay' && to !== '' ? { destination: to, move } : {}
    try {
      const job = await ask<JobView>('POST', '/api/jobs', { body: { kind, filter, ratePerSecond, ...target } })
      noteTotal(job.id, matching)
      started()
      say(kind === 'replay' ? 'The replay has begun.' : 'They are being discarded.')
      close()
    } catch (error) {
      setProblem(describe(error))
      setBusy(false)
    }
  }

  const counted = matching === null ? 'Counting…' : plural(matching, 'delivery', 'deliveries')
  return h(
    Confirm,
    {
      title: kind === 'replay' ? 'Replay all that match' : 'Discard all that match',
      action: matching === null ? words[kind].action : `${words[kind].action} ${counted}`,
      danger: kind === 'discard',
      disabled: busy || matching === null || matching === 0 || wrongRate,
      onConfirm: () => void start(),
      onClose: close,
    },
    h(
      'p',
      { role: 'status' },
      h('strong', null, counted),
      matching === null ? '' : ' match: ',
      matching === null
        ? null
        : h(
            'code',
            { class: 'wrap' },
            Object.entries(filter)
              .map(([name, value]) => `${name} ${value}`)
              .join(', '),
          ),
    ),
    kind === 'discard'
      ? h('p', null, 'They are not tried again. The events stay, and can be replayed one by one.')
      : null,
    kind === 'replay' && destinations.length > 0 ? h(Target, { destinations, to, setTo, move, setMove }) : null,
    h(
      'label',
      { class: 'field' },
      h('span', null, 'At most, per second'),
      h('input', {
        type: 'number',
        min: 1,
        max: 10_000,
        value: rate,
        'aria-invalid': wrongRate ? 'true' : 'false',
        onInput: (event: Event) => {
          if (event.target instanceof HTMLInputElement) setRate(event.target.value)
        },
      }),
    ),
    kind === 'replay' ? h('p', { class: 'hint' }, 'They wait behind what comes in now.') : null,
    problem === null ? null : h('p', { class: 'problem', role: 'alert' }, problem),
  )
}

interface TargetProps {
  readonly destinations: readonly DestinationView[]
  readonly to: string
  readonly setTo: (to: string) => void
  readonly move: boolean
  readonly setMove: (move: boolean) => void
}

function Target({ destinations, to, setTo, move, setMove }: TargetProps) {
  return h(
    'div',
    null,
    h(
      'label',
      { class: 'field' },
      h('span', null, 'To'),
      h(
        'select',
        {
          value: to,
          onChange: (event: Event) => {
            if (event.target instanceof HTMLSelectElement) setTo(event.target.value)
          },
        },
        h('option', { value: '' }, 'Where each was meant to go'),
        destinations
          .filter(({ configured }) => configured)
          .map(({ name }) => h('option', { key: name, value: name }, `All to ${name}`)),
      ),
    ),
    to === ''
      ? null
      : h(
          'label',
          { class: 'check' },
          h('input', {
            type: 'checkbox',
            checked: move,
            onChange: (event: Event) => setMove(event.target instanceof HTMLInputElement && event.target.checked),
          }),
          'and discard them where they were',
        ),
  )
}
