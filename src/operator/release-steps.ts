import type { TakeStep } from './jobs.ts'
import { OperatorError } from './problem.ts'
import type { Quarantine, ReleaseResult } from './quarantine.ts'

/** The steps of a job that releases these refused requests, in their order. */
export function releaseSteps({ release }: Pick<Quarantine, 'release'>, ids: readonly string[]): TakeStep {
  return async (limit, after) => {
    const start = after === null ? 0 : Number(after)
    const results: ReleaseResult[] = []
    let at = start
    for (; at < Math.min(start + limit, ids.length); at++) {
      try {
        results.push(await release(ids[at] ?? ''))
      } catch (error) {
        // Somebody else released or deleted it meanwhile.
        if (error instanceof OperatorError) continue
        // What was done is told; the step is taken again from here.
        if (results.length === 0) throw error
        break
      }
    }
    return { count: results.length, next: at < ids.length ? String(at) : null, results }
  }
}
