import { type ComponentChildren, Fragment, h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { JobView } from '../../src/operator/schemas.ts'
import { ask, describe } from '../state/api.ts'
import { say } from '../state/notices.ts'
import { useReadOnly } from '../state/session.ts'
import { Confirm } from './dialog.ts'
import { TextField } from './fields.ts'
import { noteTotal } from './jobs.ts'

export interface BulkButtonProps {
  readonly label: string
  /** What it does, in a sentence. */
  readonly title: string
  readonly danger?: boolean
  readonly disabled: boolean
  readonly dialog: (close: () => void) => ComponentChildren
}

/** Leads to the question how many there are, which whoever may only look may ask too. */
export function BulkButton({ label, title, danger = false, disabled, dialog }: BulkButtonProps) {
  const [open, setOpen] = useState(false)
  return [
    h(
      'button',
      {
        key: 'button',
        type: 'button',
        class: danger ? 'danger' : 'primary',
        disabled,
        title,
        onClick: () => setOpen(true),
      },
      label,
    ),
    open
      ? h(
          Fragment,
          { key: 'dialog' },
          dialog(() => setOpen(false)),
        )
      : null,
  ]
}

export interface BulkOptions {
  /** Takes the work, and with `dryRun` says how many match. */
  readonly path: string
  readonly body: Readonly<Record<string, unknown>>
  /** Per second. */
  readonly maxRate: number
  /** Said once it has begun. */
  readonly said: string
  readonly started: () => void
  readonly close: () => void
}

export interface Bulk<T> extends Pick<BulkOptions, 'close' | 'maxRate'> {
  /** What the dry run said; null: not yet. */
  readonly found: T | null
  readonly problem: string | null
  readonly busy: boolean
  readonly rate: string
  readonly setRate: (rate: string) => void
  /** @param more fields of the body that were chosen since */
  readonly start: (more?: Readonly<Record<string, unknown>>) => Promise<void>
}

/** Counts what matches, and starts the job when it is told to. */
export function useBulk<T extends { readonly matching: number }>(options: BulkOptions): Bulk<T> {
  const { path, body, maxRate, said, started, close } = options
  const [found, setFound] = useState<T | null>(null)
  const [problem, setProblem] = useState<string | null>(null)
  const [rate, setRate] = useState('100')
  const [busy, setBusy] = useState(false)

  useEffect(() => {
    const controller = new AbortController()
    ask<T>('POST', path, { body: { ...body, dryRun: true }, signal: controller.signal }).then(
      setFound,
      (error: unknown) => {
        if (!controller.signal.aborted) setProblem(describe(error))
      },
    )
    return () => controller.abort()
  }, [])

  async function start(more: Readonly<Record<string, unknown>> = {}): Promise<void> {
    setBusy(true)
    try {
      const job = await ask<JobView>('POST', path, { body: { ...body, ratePerSecond: Number(rate), ...more } })
      noteTotal(job.id, found?.matching ?? null)
      started()
      say(said)
      close()
    } catch (error) {
      setProblem(describe(error))
      setBusy(false)
    }
  }

  return { found, problem, busy, rate, setRate, start, close, maxRate }
}

export interface BulkDialogProps {
  readonly bulk: Bulk<unknown>
  readonly title: string
  readonly action: string
  readonly danger?: boolean
  /** There is something to do. */
  readonly ready: boolean
  readonly onConfirm: () => void
  readonly children?: ComponentChildren
}

/** How many there are, and at what rate it is to be done. */
export function BulkDialog({ bulk, title, action, danger = false, ready, onConfirm, children }: BulkDialogProps) {
  const { busy, problem, rate, setRate, maxRate, close } = bulk
  const readOnly = useReadOnly()
  const wrongRate = !(Number(rate) > 0 && Number(rate) <= maxRate)
  return h(
    Confirm,
    { title, action, danger, disabled: busy || !ready || wrongRate || readOnly !== null, onConfirm, onClose: close },
    children,
    readOnly === null
      ? h(TextField, {
          title: 'At most, per second',
          type: 'number',
          value: rate,
          onChange: setRate,
          problem: wrongRate ? `Give a number up to ${maxRate}.` : null,
        })
      : h('p', { class: 'hint' }, readOnly),
    problem === null ? null : h('p', { class: 'problem', role: 'alert' }, problem),
  )
}
