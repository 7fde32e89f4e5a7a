import sift from 'sift'
import { runBounded } from '../bounded.ts'
import type { FilterQuery } from '../config/types.ts'

/** What a filter looks at. */
export interface FilterDocument {
  /** Names in lower case; several values of one name are joined. */
  readonly headers: Readonly<Record<string, string>>
  /** The parsed body; not there when it is neither JSON nor a form. */
  readonly body?: unknown
}

/** @param body what `parseBody` gives */
export function documentOf(headers: FilterDocument['headers'], body: unknown): FilterDocument {
  return body === undefined ? { headers } : { headers, body }
}

/** `undecided`: it could not be evaluated in its time. */
export type FilterVerdict = 'takes' | 'leaves' | 'undecided'

/** @param limitMs how long its regular expressions may take */
export type Filter = (document: FilterDocument, limitMs: number) => FilterVerdict

/** Each filter gets this time at least, in milliseconds, whatever those before it took. */
const LEAST_MS = 1

/** Asks several filters about one event, within a time for all of them. */
export function askFilters(filters: readonly Filter[], document: FilterDocument, budgetMs: number): FilterVerdict[] {
  const end = performance.now() + budgetMs
  return filters.map((filter) => filter(document, Math.max(LEAST_MS, Math.floor(end - performance.now()))))
}

/** Compiles a filter that `checkFilter` has passed. */
export function compileFilter(query: FilterQuery): Filter {
  // The package is CommonJS, and its types say so: its default export is a property of what is imported.
  const matches = sift.default<unknown>(query)
  const bounded = hasPattern(query)
  return (document, limitMs) => {
    let taken = false
    try {
      if (bounded) {
        runBounded(() => {
          taken = matches(document)
        }, limitMs)
      } else taken = matches(document)
    } catch {
      // Out of time, or out of stack in what is nested thousands of levels deep.
      return 'undecided'
    }
    return taken ? 'takes' : 'leaves'
  }
}

function hasPattern(part: unknown): boolean {
  if (part instanceof RegExp) return true
  if (typeof part !== 'object' || part === null) return false
  return Object.entries(part).some(([key, value]) => key === '$regex' || hasPattern(value))
}
