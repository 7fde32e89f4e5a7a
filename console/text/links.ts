/** The address, if it is one of the web; null for everything else, `javascript:` above all. */
export function webLink(text: string): string | null {
  try {
    const { protocol, href } = new URL(text)
    return protocol === 'https:' || protocol === 'http:' ? href : null
  } catch {
    return null
  }
}
