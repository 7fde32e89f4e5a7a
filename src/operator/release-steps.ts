import type { TakeStep } from './jobs.ts'
import { OperatorError } from './problem.ts'
import type { Quarantine, ReleaseResult } from './quarantine.ts'

/** The steps of a job that releases these refused requests, in their order. */
export function releaseSteps({ release }: Pick<Quarantine, 'release'>, ids: readonly string[]): TakeStep {
  return async (limit, after) => {
    const start = after === null ? 0 : Number(after)
    const results: ReleaseResult[] = []
    for (const id of ids.slice(start, start + limit)) {
      const result = await releaseOne(release, id)
      if (result !== null) results.push(result)
    }
    const end = start + limit
    return { count: results.length, next: end < ids.length ? String(end) : null, results }
  }
}

/** Null: somebody else released or deleted it meanwhile. */
async function releaseOne(release: Quarantine['release'], id: string): Promise<ReleaseResult | null> {
  try {
    return await release(id)
  } catch (error) {
    if (error instanceof OperatorError) return null
    throw error
  }
}
