import { type ComponentChildren, h } from 'preact'
import { useId, useRef, useState } from 'preact/hooks'

export interface Tab {
  readonly name: string
  readonly view: () => ComponentChildren
}

/** One of several views: https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ */
export function Tabs({
  label,
  views,
  children,
}: {
  readonly label: string
  readonly views: readonly Tab[]
  readonly children?: ComponentChildren
}) {
  const id = useId()
  const list = useRef<HTMLDivElement>(null)
  const [chosen, choose] = useState(0)
  const at = Math.min(chosen, views.length - 1)
  const move = (step: number) => {
    const next = (at + step + views.length) % views.length
    choose(next)
    list.current?.querySelectorAll('button')[next]?.focus()
  }
  return h(
    'div',
    { class: 'tabs' },
    h(
      'div',
      { class: 'tab-bar' },
      h(
        'div',
        {
          role: 'tablist',
          'aria-label': label,
          ref: list,
          onKeyDown: (event: KeyboardEvent) => {
            if (event.key === 'ArrowRight') move(1)
            if (event.key === 'ArrowLeft') move(-1)
          },
        },
        views.map(({ name }, index) =>
          h(
            'button',
            {
              key: name,
              type: 'button',
              role: 'tab',
              id: `${id}-tab-${index}`,
              'aria-selected': index === at ? 'true' : 'false',
              'aria-controls': `${id}-panel`,
              tabIndex: index === at ? 0 : -1,
              onClick: () => choose(index),
            },
            name,
          ),
        ),
      ),
      h('div', { class: 'tab-extra' }, children),
    ),
    h('div', { role: 'tabpanel', id: `${id}-panel`, 'aria-labelledby': `${id}-tab-${at}` }, views[at]?.view()),
  )
}
