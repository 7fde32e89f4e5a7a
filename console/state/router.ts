import { withQuery } from './api.ts'
import { createValue, useValue } from './value.ts'

/** Where the reader is: a path under `/console`, and what its query says. */
export interface Place {
  /** Without `/console`; begins with a slash. */
  readonly path: string
  readonly query: URLSearchParams
}

const base = '/console'

const place = createValue<Place>(read())

function read(): Place {
  const { pathname, search } = location
  const path = pathname.startsWith(base) ? pathname.slice(base.length) : pathname
  return { path: path === '' ? '/' : path, query: new URLSearchParams(search) }
}

export const usePlace = (): Place => useValue(place)
export const currentPlace = (): Place => place.get()

/** The address of a page of the console; what is undefined or empty is left out of the query. */
export function hrefOf(path: string, query: Readonly<Record<string, string | undefined>> = {}): string {
  return withQuery(`${base}${path === '/' ? '' : path}`, query)
}

let moved = 0

/** To where the reader came from within the console; else to this address. */
export function goBack(otherwise: string): void {
  if (moved > 0) history.back()
  else go(otherwise)
}

/** @param replace the page before it is not gone back to */
export function go(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', href)
  else {
    history.pushState(null, '', href)
    moved += 1
  }
  place.set(read())
}

/** Links within the console change the page without loading it anew; what else is clicked is the browser's business. */
export function startRouting(): void {
  addEventListener('popstate', () => {
    moved = Math.max(0, moved - 1)
    place.set(read())
  })
  document.addEventListener('click', (event) => {
    if (event.defaultPrevented || event.button !== 0) return
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    const link = event.target instanceof Element ? event.target.closest('a') : null
    if (link === null || link.target !== '' || link.hasAttribute('download')) return
    // Within the page.
    if (link.hash !== '') return
    if (link.origin !== location.origin || !isConsole(link.pathname)) return
    event.preventDefault()
    if (link.href !== location.href) go(link.href)
  })
}

function isConsole(path: string): boolean {
  if (/^\/console\/log(?:in|out)/.test(path)) return false
  return (path === base || path.startsWith(`${base}/`)) && !path.includes('.')
}
