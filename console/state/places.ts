/** The console's pages, in the order of the menu. */
export interface PlaceEntry {
  readonly path: string
  readonly title: string
  /** After `g`. */
  readonly key: string
}

export const places: readonly PlaceEntry[] = [
  { path: '/', title: 'Overview', key: 'o' },
  { path: '/events', title: 'Events', key: 'e' },
  { path: '/rejected', title: 'Rejected', key: 'r' },
  { path: '/dead-letters', title: 'Dead letters', key: 'd' },
  { path: '/destinations', title: 'Destinations', key: 't' },
  { path: '/sources', title: 'Sources', key: 's' },
  { path: '/send', title: 'Send', key: 'n' },
  { path: '/settings', title: 'Settings', key: 'c' },
]

/** Whether a page, or one below it, is where the reader is. */
export const isWithin = (path: string, place: string): boolean =>
  place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`)
