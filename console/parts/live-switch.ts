import { h } from 'preact'
import type { TailState } from '../state/tail.ts'

/** What the stream cannot tell apart is not watched; null: it can. */
export function whyNotLive(query: URLSearchParams): string | null {
  if (query.get('status') !== null)
    return 'With a status chosen the list shows what is there now. Choose any status to watch.'
  if (query.get('text') !== null) return 'A search looks through what is there. Clear it to watch.'
  if (query.get('to') !== null) return 'The time that was chosen has an end. Clear it to watch.'
  return null
}

const liveWords: Readonly<Record<TailState, string>> = {
  off: 'Paused',
  connecting: 'Connecting…',
  live: 'Live',
  stopped: 'Stopped',
}

export interface LiveSwitchProps {
  readonly state: TailState
  readonly paused: boolean
  readonly reason: string | null
  readonly toggle: () => void
  readonly again: () => void
}

export function LiveSwitch({ state, paused, reason, toggle, again }: LiveSwitchProps) {
  if (state === 'stopped') {
    return h(
      'button',
      {
        type: 'button',
        onClick: again,
        title: 'The gateway refused the stream: too many may be watching. It is tried again by itself.',
      },
      'Watch again',
    )
  }
  return h(
    'button',
    {
      type: 'button',
      role: 'switch',
      class: `live-switch ${reason === null ? state : 'off'}`,
      'aria-checked': reason === null && !paused ? 'true' : 'false',
      'aria-label': 'Live',
      disabled: reason !== null,
      title: reason ?? (paused ? 'Show events as they come' : 'Stop the list where it is'),
      onClick: toggle,
    },
    h('span', { class: 'dot', 'aria-hidden': 'true' }),
    reason === null ? liveWords[state] : 'Not live',
  )
}
