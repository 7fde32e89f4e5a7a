import type { RouteConfig } from '../config/types.ts'
import { compilePattern } from './pattern.ts'
import type { Destination, Routable } from './types.ts'

/** What a destination has of a route: where source and type decide, and the filter where there is one. */
export function routed(route: RouteConfig): Pick<Destination, 'matches' | 'filter'> {
  return { matches: compileRoute(route), ...(route.filter === null ? {} : { filter: route.filter }) }
}

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
