import { createHash } from 'node:crypto'

const MAX_LENGTH = 120
const HASH_LENGTH = 8

/**
 * The name under which deliveries to a URL are stored: `forward:<host><path>`. It depends on the URL alone, so it stays
 * the same whatever else is configured. A port is left out only where it is https's own. User name and query are not
 * shown, since they may be secret, but tell URLs apart: a short hash of them follows after `~`. The password plays no
 * part, so that it can be changed while deliveries wait.
 */
export function forwardName(url: URL): string {
  const port = url.port === '' && url.protocol === 'http:' ? ':80' : ''
  const path = url.pathname === '/' ? '' : url.pathname
  const shown = `forward:${url.host}${port}${path}`
  const hidden = JSON.stringify([url.username, url.search])
  if (url.username === '' && url.search === '' && shown.length <= MAX_LENGTH) return shown
  const hash = createHash('sha256').update(`${shown}${hidden}`).digest('hex').slice(0, HASH_LENGTH)
  return `${shown.slice(0, MAX_LENGTH - HASH_LENGTH - 1)}~${hash}`
}
