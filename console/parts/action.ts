import { type ComponentChildren, h } from 'preact'
import { useState } from 'preact/hooks'
import { describe } from '../state/api.ts'
import { say } from '../state/notices.ts'
import { useReadOnly } from '../state/session.ts'
import { Confirm } from './dialog.ts'

export interface ActionProps {
  /** On the button. */
  readonly label: string
  /** For whoever cannot see which row the button is in. */
  readonly name?: string
  /** What it does, in a sentence. */
  readonly title: string
  readonly run: () => Promise<string>
  readonly small?: boolean
  readonly danger?: boolean
  /** What the page is for. */
  readonly primary?: boolean
  readonly disabled?: boolean
  /** Asked before it is done; left out: it is done at once, because it can be undone. */
  readonly question?: string
  readonly children?: ComponentChildren
  /** Asked from elsewhere, by a key. */
  readonly asked?: boolean
  readonly onAsked?: (asked: boolean) => void
}

/** A button that changes something, says what became of it, and is not for whoever may only look. */
export function Action(props: ActionProps) {
  const { label, name, title, run, small = false, danger = false, disabled = false, question, children } = props
  const readOnly = useReadOnly()
  const [own, setOwn] = useState(false)
  const [busy, setBusy] = useState(false)
  const asking = own || props.asked === true
  const ask = (on: boolean) => {
    setOwn(on)
    props.onAsked?.(on)
  }

  async function perform(): Promise<void> {
    setBusy(true)
    try {
      say(await run())
    } catch (error) {
      say(describe(error), { bad: true })
    }
    setBusy(false)
    ask(false)
  }

  return [
    h(
      'button',
      {
        key: 'button',
        type: 'button',
        class: [small ? 'small' : '', danger ? 'danger' : '', props.primary === true ? 'primary' : ''].join(' '),
        disabled: disabled || busy || readOnly !== null,
        title: readOnly ?? title,
        'aria-label': name ?? null,
        onClick: () => (question === undefined ? void perform() : ask(true)),
      },
      label,
    ),
    asking && readOnly === null && question !== undefined
      ? h(
          Confirm,
          {
            key: 'question',
            title: question,
            action: label,
            danger,
            disabled: busy,
            onConfirm: () => void perform(),
            onClose: () => ask(false),
          },
          children ?? h('p', null, title),
        )
      : null,
  ]
}
