/** What this browser remembers. Storage may be full or closed to pages: then nothing is remembered, and nothing fails. */
export function recall(name: string): string | null {
  try {
    return localStorage.getItem(`posthorn.${name}`)
  } catch {
    return null
  }
}

export function remember(name: string, value: string | null): void {
  try {
    if (value === null) localStorage.removeItem(`posthorn.${name}`)
    else localStorage.setItem(`posthorn.${name}`, value)
  } catch {
    // See above.
  }
}
