import type { RouteConfig } from '../config/types.ts'
import { compilePattern } from './pattern.ts'
import type { Routable } from './types.ts'

/** Prepares the part of a route that source and type decide. */
export function compileRoute({ from, types }: Pick<RouteConfig, 'from' | 'types'>): (event: Routable) => boolean {
  const fitsSource = anyOf(from)
  const fitsType = anyOf(types)
  return ({ source, type }) => fitsSource(source) && fitsType(type)
}

function anyOf(patterns: readonly string[] | null): (text: string) => boolean {
  if (patterns === null) return () => true
  const compiled = patterns.map(compilePattern)
  return (text) => compiled.some((fits) => fits(text))
}
