import { compilePattern } from '../delivery/pattern.ts'
import type { Findings } from './environment.ts'
import type { FileDestination } from './file/destinations.ts'
import type { FileConfig } from './file/load-file.ts'
import { quote } from './parse.ts'
import type { Settings } from './schema.ts'
import { nearest } from './suggest.ts'
import type { Config, DestinationConfig, RouteConfig } from './types.ts'

/** The file's destinations, queues and handlers, with what the environment says for all of them. */
export function configureDestinations(
  { destinations, queues, handlers }: FileConfig,
  settings: Settings,
  sourceNames: readonly string[],
  findings: Findings,
): Pick<Config, 'destinations' | 'queues' | 'handlers'> {
  for (const { at, route } of [...destinations, ...queues, ...handlers.values()])
    checkSources(at, route, sourceNames, findings)
  checkForwardUrls(destinations, settings, findings)
  const configured = destinations.map((destination) => withDefaults(destination, settings))
  const unsigned = destinations.filter(({ secret }) => secret === null && settings.FORWARD_SECRET === undefined)
  for (const { at } of unsigned) {
    findings.warnings.push(
      `${at}: has no secret, so that it cannot verify what it is sent; give one, set FORWARD_SECRET, or say secret: false.`,
    )
  }
  const queued = queues.map(({ at: _, ...queue }) => Object.freeze({ ...limits(settings), ...queue }))
  return { destinations: Object.freeze(configured), queues: Object.freeze(queued), handlers }
}

function limits(settings: Settings): Pick<DestinationConfig, 'concurrency' | 'timeoutMs'> {
  return { concurrency: settings.DELIVERY_CONCURRENCY, timeoutMs: settings.DELIVERY_TIMEOUT_SECONDS * 1000 }
}

function withDefaults({ at: _, secret, ...destination }: FileDestination, settings: Settings): DestinationConfig {
  return Object.freeze({
    ...limits(settings),
    ...destination,
    secret: secret === false ? null : (secret ?? settings.FORWARD_SECRET ?? null),
  })
}

/** A route from a source that is not there would never be taken, and nobody would notice. */
function checkSources(at: string, { from }: RouteConfig, known: readonly string[], { problems }: Findings): void {
  for (const name of from ?? []) {
    if (known.some(compilePattern(name))) continue
    const meant = nearest(name, known)
    const hint = meant === null ? `the sources are ${known.join(', ')}` : `did you mean "${meant}"?`
    problems.push(`${at}.from: there is no source ${quote(name)}; ${hint}`)
  }
}

/** Both would get every event. */
function checkForwardUrls(destinations: readonly FileDestination[], settings: Settings, { problems }: Findings): void {
  const forwards = new Set(settings.FORWARD_URL?.map(bare))
  for (const { at, url } of destinations) {
    if (!forwards.has(bare(url.href))) continue
    problems.push(`${at}.url: FORWARD_URL has this URL too, so each event would go there twice; keep one of the two.`)
  }
}

function bare(text: string): string {
  const url = new URL(text)
  url.username = ''
  url.password = ''
  return url.href
}
