export interface MountOptions {
  readonly health: boolean
}

/**
 * The URLs under which a host hands over requests: one for each first segment of the gateway's own routes, and one for all
 * that is below. The names of events and destinations may be longer than a host's router lets a parameter be, but not
 * longer than a wildcard.
 */
export function mountPoints(urls: readonly string[], { health }: MountOptions): readonly string[] {
  const points = new Set<string>()
  for (const url of urls) {
    const [, first = '', rest] = /^\/([^/]*)(?:\/(.*))?$/.exec(url) ?? []
    // `GET /` belongs to the host.
    if (first === '' || first === '*' || (first === 'health' && !health)) continue
    points.add(rest === undefined || rest === '' ? `/${first}` : `/${first}/*`)
  }
  return [...points].sort()
}
