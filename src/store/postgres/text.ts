/** PostgreSQL's `text` holds every character but this one. */
const nul = '\u0000'

/** For columns that people read and nothing is compared by. */
export function storable(text: string): string {
  return text.includes(nul) ? text.replaceAll(nul, '\uFFFD') : text
}

export function storableOrNull(text: string | null): string | null {
  return text === null ? null : storable(text)
}
