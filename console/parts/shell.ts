import { type ComponentChildren, h } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { useKeys } from '../state/keys.ts'
import { dismiss, notices } from '../state/notices.ts'
import { isWithin, places } from '../state/places.ts'
import { go, hrefOf, usePlace } from '../state/router.ts'
import { session } from '../state/session.ts'
import { chooseTheme, type Theme, theme, themes } from '../state/theme-choice.ts'
import { useValue } from '../state/value.ts'
import { mark } from './basics.ts'
import { KeyHelp } from './key-help.ts'

const themeWords: Readonly<Record<Theme, string>> = { system: 'As the system', light: 'Light', dark: 'Dark' }

/** What is around every page: the menu, what was done lately, the list of keys. */
export function Shell({ children }: { readonly children: ComponentChildren }) {
  const { path } = usePlace()
  const [open, setOpen] = useState(false)
  const [help, setHelp] = useState(false)
  useEffect(() => setOpen(false), [path])
  useKeys({
    '?': () => setHelp(true),
    ...Object.fromEntries(places.map((place) => [`g ${place.key}`, () => go(hrefOf(place.path))])),
  })
  return h(
    'div',
    { class: 'shell' },
    h('a', { class: 'skip', href: '#main' }, 'Skip to the page'),
    h(
      'aside',
      { class: open ? 'side open' : 'side' },
      h(
        'div',
        { class: 'brand' },
        h('a', { href: hrefOf('/') }, h('img', { src: mark(), alt: '', width: 26, height: 26 }), 'Posthorn'),
        h(
          'button',
          {
            type: 'button',
            class: 'menu-button',
            'aria-expanded': open ? 'true' : 'false',
            'aria-controls': 'menu',
            onClick: () => setOpen(!open),
          },
          'Menu',
        ),
      ),
      h(
        'div',
        { id: 'menu', class: 'menu' },
        h(
          'nav',
          { 'aria-label': 'Pages' },
          h(
            'ul',
            null,
            places.map((place) =>
              h(
                'li',
                { key: place.path },
                h(
                  'a',
                  {
                    href: hrefOf(place.path),
                    ...(isWithin(path, place.path) ? { 'aria-current': path === place.path ? 'page' : 'true' } : {}),
                  },
                  place.title,
                  h('kbd', { 'aria-hidden': 'true' }, `g ${place.key}`),
                ),
              ),
            ),
          ),
        ),
        h(Foot, { openHelp: () => setHelp(true) }),
      ),
    ),
    h('main', { id: 'main', tabIndex: -1 }, children),
    h(Notices, null),
    help ? h(KeyHelp, { onClose: () => setHelp(false) }) : null,
  )
}

function Foot({ openHelp }: { readonly openHelp: () => void }) {
  const chosen = useValue(theme)
  const visitor = useValue(session)
  return h(
    'div',
    { class: 'foot' },
    visitor?.role === 'viewer' ? h('p', { class: 'hint' }, 'Signed in to look only') : null,
    h(
      'label',
      null,
      h('span', null, 'Colours'),
      h(
        'select',
        {
          value: chosen,
          onChange: (event: Event) => {
            const value = event.target instanceof HTMLSelectElement ? event.target.value : ''
            const found = themes.find((one) => one === value)
            if (found !== undefined) chooseTheme(found)
          },
        },
        themes.map((one) => h('option', { key: one, value: one }, themeWords[one])),
      ),
    ),
    h(
      'div',
      { class: 'foot-actions' },
      h(
        'button',
        { type: 'button', class: 'small', onClick: openHelp },
        'Keys ',
        h('kbd', { 'aria-hidden': 'true' }, '?'),
      ),
      h('a', { class: 'button small', href: '/docs' }, 'API'),
      visitor?.by === 'session'
        ? h(
            'form',
            { method: 'post', action: '/console/logout' },
            h('button', { type: 'submit', class: 'small' }, 'Sign out'),
          )
        : null,
    ),
  )
}

function Notices() {
  const shown = useValue(notices)
  return h(
    'div',
    { class: 'notices', role: 'status', 'aria-live': 'polite' },
    shown.map(({ id, text, bad }) =>
      h(
        'div',
        { key: id, class: bad ? 'notice bad' : 'notice' },
        h('span', null, text),
        h('button', { type: 'button', class: 'small', 'aria-label': 'Dismiss', onClick: () => dismiss(id) }, '×'),
      ),
    ),
  )
}
