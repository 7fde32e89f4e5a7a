import type { BodyWorker } from '../events/body-worker.ts'
import type { FilterDocument, FilterVerdict } from './filter.ts'
import { joinedHeaders } from './headers.ts'
import type { Candidates, Router } from './routing.ts'

/** An event whose destinations are wanted. */
export interface SelectableEvent {
  readonly source: string
  readonly type: string
  /** Name, value, name, value … */
  readonly headers: readonly string[]
  readonly body: Buffer
  /** As far as it says what the body is. */
  readonly contentType: string | undefined
  /** The parsed body, where it was small enough to be kept. */
  readonly document?: { readonly value: unknown } | undefined
}

export interface Selection {
  /** Names of the destinations that the event goes to. */
  readonly names: readonly string[]
  /** Those of them whose filter could not be evaluated: an event too many is better than one that is lost. */
  readonly undecided: readonly string[]
}

export type Selector = (event: SelectableEvent) => Selection | Promise<Selection>

/**
 * What regular expressions may take of the event loop's time with one event, all filters together. It is time on the clock:
 * on a busy machine an innocent one may not be done either, and is asked again in the thread.
 */
const INLINE_BUDGET_MS = 20
/** A larger body is not parsed for the sake of a filter: what parsing makes of it can be forty times as large. */
const LARGEST_BYTES = 5 * 1024 * 1024

/**
 * Decides where events go. At once where no filter has a say, and for small bodies; large ones are looked at by a thread.
 * Filters are loaded only where there are some.
 */
export async function createSelector(router: Router, worker: Pick<BodyWorker, 'filter'>): Promise<Selector> {
  if (router.filters.size === 0) return (event) => router.candidates(event)
  const { askFilters, compileFilter, documentOf } = await import('./filter.ts')
  const filters = new Map([...router.filters].map(([name, query]) => [name, compileFilter(query)]))

  function decideInline({ names, filtered }: Candidates, document: FilterDocument): Selection {
    const asked = filtered.flatMap((name) => filters.get(name) ?? [])
    return select(names, filtered, askFilters(asked, document, INLINE_BUDGET_MS))
  }

  async function decideBeside({ names, filtered }: Candidates, event: SelectableEvent): Promise<Selection> {
    const { headers, body, contentType } = event
    const undecided = () => filtered.map(() => 'undecided' as const)
    if (body.byteLength > LARGEST_BYTES) return select(names, filtered, undecided())
    // The thread dies of too large a body only, and the event must not be refused for a filter's sake.
    const verdicts = await worker.filter(filtered, joinedHeaders(headers), body, contentType).catch(undecided)
    return select(names, filtered, verdicts)
  }

  return (event) => {
    const candidates = router.candidates(event)
    if (candidates.filtered.length === 0) return candidates
    if (event.document === undefined) return decideBeside(candidates, event)
    const decided = decideInline(candidates, documentOf(joinedHeaders(event.headers), event.document.value))
    return decided.undecided.length === 0 ? decided : decideBeside(candidates, event)
  }
}

function select(names: readonly string[], filtered: readonly string[], verdicts: readonly FilterVerdict[]): Selection {
  const verdictOn = (name: string) => verdicts[filtered.indexOf(name)]
  return {
    names: names.filter((name) => verdictOn(name) !== 'leaves'),
    undecided: filtered.filter((name) => verdictOn(name) === 'undecided'),
  }
}
