import { type ComponentChildren, h } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

export interface DialogProps {
  readonly title: string
  readonly onClose: () => void
  readonly children?: ComponentChildren
}

/** A question in front of the page. The browser keeps the focus in it, and Escape closes it. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const heading = useId()
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  return h(
    'dialog',
    {
      ref: dialog,
      'aria-labelledby': heading,
      onClose,
      // A click beside it lands on the dialog itself, that is on what is behind its content.
      onClick: (event: MouseEvent) => {
        if (event.target === dialog.current) dialog.current?.close()
      },
    },
    h('div', { class: 'dialog' }, h('h2', { id: heading }, title), children),
  )
}

export interface ConfirmProps extends DialogProps {
  /** What the button does: "Replay". */
  readonly action: string
  readonly danger?: boolean
  readonly disabled?: boolean
  readonly onConfirm: () => void
}

/** Asks before something is done. */
export function Confirm({
  title,
  action,
  danger = false,
  disabled = false,
  onConfirm,
  onClose,
  children,
}: ConfirmProps) {
  return h(
    Dialog,
    { title, onClose },
    h(
      'form',
      {
        method: 'dialog',
        onSubmit: (event: Event) => {
          event.preventDefault()
          onConfirm()
        },
      },
      children,
      h(
        'div',
        { class: 'dialog-actions' },
        h('button', { type: 'button', onClick: onClose }, 'Cancel'),
        h(
          'button',
          { type: 'submit', class: danger ? 'primary danger' : 'primary', disabled, autoFocus: true },
          action,
        ),
      ),
    ),
  )
}
