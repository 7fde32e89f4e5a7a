import { h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { JobView } from '../../src/operator/schemas.ts'
import { ask, describe } from '../state/api.ts'
import { say } from '../state/notices.ts'
import { useReadOnly } from '../state/session.ts'
import { count, plural } from '../text/format.ts'
import { Confirm } from './dialog.ts'
import { TextField } from './fields.ts'
import { noteTotal } from './jobs.ts'

export interface ReleaseAllProps {
  readonly filter: Readonly<Record<string, string>>
  readonly started: () => void
  readonly disabled: boolean
}

interface DryRun {
  readonly matching: number
  readonly examined: number
  readonly genuine: number
}

const path = '/api/rejections/release'
const maxRate = 1_000

/** Takes every rejected request that matches and is genuine now, after saying how many there are. */
export function ReleaseAll(props: ReleaseAllProps) {
  const [open, setOpen] = useState(false)
  const readOnly = useReadOnly()
  return [
    h(
      'button',
      {
        key: 'button',
        type: 'button',
        class: 'primary',
        disabled: props.disabled || readOnly !== null,
        title: readOnly ?? 'Verify all that match again, and take those that are genuine now',
        onClick: () => setOpen(true),
      },
      'Release all…',
    ),
    open ? h(ReleaseDialog, { key: 'dialog', ...props, close: () => setOpen(false) }) : null,
  ]
}

function ReleaseDialog({ filter, started, close }: ReleaseAllProps & { readonly close: () => void }) {
  const [found, setFound] = useState<DryRun | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [rate, setRate] = useState('100')
  const [busy, setBusy] = useState(false)
  const ratePerSecond = Number(rate)
  const wrongRate = !(ratePerSecond > 0 && ratePerSecond <= maxRate)

  useEffect(() => {
    const controller = new AbortController()
    ask<DryRun>('POST', path, { body: { filter, dryRun: true }, signal: controller.signal }).then(
      setFound,
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(describe(error))
      },
    )
    return () => controller.abort()
  }, [])

  async function start(): Promise<void> {
    setBusy(true)
    try {
      const job = await ask<JobView>('POST', path, { body: { filter, ratePerSecond } })
      noteTotal(job.id, found?.matching ?? null)
      started()
      say('They are being verified again.')
      close()
    } catch (error) {
      setProblem(describe(error))
      setBusy(false)
    }
  }

  return h(
    Confirm,
    {
      title: 'Release all that are genuine now',
      action: 'Release',
      disabled: busy || found === null || found.genuine === 0 || wrongRate,
      onConfirm: () => void start(),
      onClose: close,
    },
    h('p', { role: 'status' }, found === null ? 'Verifying them by the settings of now…' : h(Counted, { found })),
    h(
      'p',
      { class: 'hint' },
      'Each is taken as if it had just arrived. What is not genuine stays rejected; nobody can force it in.',
    ),
    h(TextField, { title: 'At most, per second', type: 'number', value: rate, onChange: setRate }),
    problem === null ? null : h('p', { class: 'problem', role: 'alert' }, problem),
  )
}

function Counted({ found: { matching, examined, genuine } }: { readonly found: DryRun }) {
  if (matching === 0) return 'No rejected request matches.'
  const of =
    examined < matching
      ? `Of the first ${count(examined)} of ${plural(matching, 'rejected request')}`
      : `Of ${plural(matching, 'rejected request')}`
  if (genuine === 0) return `${of} none is genuine by the settings of now. Mend the cause first: each says what to do.`
  return h(
    'span',
    null,
    `${of} `,
    h('strong', null, `${count(genuine)} ${genuine === 1 ? 'is' : 'are'} genuine now`),
    '.',
  )
}
