/** Where a browser may be sent after it signed in: the operator's own pages. */
const pages = /^\/(?:console|docs|openapi\.json|metrics|api)(?:[/?]|$)/
const home = '/console'
/** Resolved against an address that nobody has: what leads anywhere else leads nowhere. */
const nowhere = 'http://posthorn.invalid'

/**
 * The path and query to go back to, from a parameter that anybody may have written into a link: never another site, nor
 * anything but a page of the operator's; otherwise the console.
 */
export function nextPage(asked: string | undefined): string {
  if (asked === undefined || asked.length > 2000) return home
  // Browsers read a backslash as a slash, and skip tabs and line breaks; the parser does as they do.
  const url = URL.parse(asked, nowhere)
  if (url === null || url.origin !== nowhere || url.username !== '' || !asked.startsWith('/')) return home
  const path = url.pathname + url.search
  if (!pages.test(path) || path.startsWith('/console/login') || path.startsWith('/console/logout')) return home
  return path
}
