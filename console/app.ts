import { h, render } from 'preact'
import { useEffect, useErrorBoundary, useRef } from 'preact/hooks'
import { Empty, PageHead, Problem } from './parts/basics.ts'
import { Shell } from './parts/shell.ts'
import { routes } from './routes.ts'
import { ask } from './state/api.ts'
import { startKeys } from './state/keys.ts'
import { isWithin, places } from './state/places.ts'
import { hrefOf, startRouting, usePlace } from './state/router.ts'
import { type Session, session } from './state/session.ts'

function App() {
  const { path } = usePlace()
  const before = useRef(path)
  useEffect(() => {
    const title = places.find((place) => isWithin(path, place.path))?.title
    document.title = title === undefined ? 'Posthorn' : `${title} · Posthorn`
    if (before.current === path) return
    before.current = path
    // Whoever does not see the page hears where they are now.
    scrollTo({ top: 0 })
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
  }, [path])
  return h(Shell, null, h(Page, { key: path, path }))
}

function Page({ path }: { readonly path: string }) {
  const [error, reset] = useErrorBoundary()
  if (error !== undefined) {
    const text = `This page has a fault: ${error instanceof Error ? error.message : String(error)}`
    return h('div', null, h(PageHead, { title: 'Something went wrong' }), h(Problem, { text, retry: reset }))
  }
  for (const { pattern, page } of routes) {
    const match = pattern.exec(path)
    if (match !== null) return h(page, { id: decodeURIComponent(match[1] ?? '') })
  }
  return h(
    'div',
    null,
    h(PageHead, { title: 'Not here' }),
    h(Empty, { title: 'There is no such page' }, h('p', null, h('a', { href: hrefOf('/') }, 'To the overview'))),
  )
}

const root = document.getElementById('app')
if (root !== null) {
  startRouting()
  startKeys()
  // Without an answer the API itself says what may not be done.
  ask<Session>('GET', '/api/session').then(session.set, () => {})
  // In its place: what is shown until the modules are here.
  root.replaceChildren()
  render(h(App, null), root)
}
