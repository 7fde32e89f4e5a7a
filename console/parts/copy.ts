import { h } from 'preact'
import { useState } from 'preact/hooks'
import { say } from '../state/notices.ts'
import { copyText } from '../text/clipboard.ts'

export interface CopyProps {
  readonly text: string | (() => string)
  /** What is copied, for the button's name: "Copy the URL". */
  readonly what: string
  /** On the button; by default "Copy". */
  readonly label?: string
}

const shownMs = 1_500

export function CopyButton({ text, what, label = 'Copy' }: CopyProps) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    const copied = await copyText(typeof text === 'string' ? text : text())
    say(
      copied ? `Copied ${what}.` : `Your browser does not let this page copy ${what}: select it and copy it yourself.`,
      {
        bad: !copied,
      },
    )
    setDone(copied)
    setTimeout(() => setDone(false), shownMs)
  }
  return h(
    'button',
    {
      type: 'button',
      class: 'small',
      title: `Copy ${what}`,
      'aria-label': `${label === 'Copy' ? `Copy ${what}` : label}`,
      onClick: () => void copy(),
    },
    done ? 'Copied' : label,
  )
}

/** A command to type, or an address to paste, with a button that copies it. */
export function CopyLine({ text, what }: { readonly text: string; readonly what: string }) {
  return h(
    'div',
    { class: 'copy-line' },
    h('pre', { tabIndex: 0, 'aria-label': what }, text),
    h(CopyButton, { text, what }),
  )
}
