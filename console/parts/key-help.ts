import { h } from 'preact'
import { keysOn, switchKeys } from '../state/keys.ts'
import { places } from '../state/places.ts'
import { useValue } from '../state/value.ts'
import { Dialog } from './dialog.ts'
import { CheckField } from './fields.ts'

const keys: readonly (readonly [string, string])[] = [
  ['j', 'Next row'],
  ['k', 'Row before'],
  ['Enter', 'Open the row'],
  ['/', 'Search'],
  ['r', 'Replay the event (asks first)'],
  ['p', 'Watch or stop the live list'],
  ['u', 'Back to the list'],
  ['Esc', 'Close a question, leave a field'],
  ['?', 'This list'],
  ...places.map(({ key, title }): readonly [string, string] => [`g ${key}`, title]),
]

export function KeyHelp({ onClose }: { readonly onClose: () => void }) {
  const on = useValue(keysOn)
  return h(
    Dialog,
    { title: 'Keys', onClose },
    h(
      'dl',
      { class: 'key-list' },
      keys.map(([key, meaning]) =>
        h(
          'div',
          { key },
          h(
            'dt',
            null,
            key.split(' ').map((part) => h('kbd', { key: part }, part)),
          ),
          h('dd', null, meaning),
        ),
      ),
    ),
    h(CheckField, { title: 'Keys work on these pages', checked: on, onChange: switchKeys }),
    h('div', { class: 'dialog-actions' }, h('button', { type: 'button', class: 'primary', onClick: onClose }, 'Close')),
  )
}
