/** What the variables of a source begin with: `MY_SHOP` of `my-shop`. */
export function variablePrefix(source: string): string {
  return source.toUpperCase().replaceAll('-', '_')
}
