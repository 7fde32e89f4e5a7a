import { readFileSync } from 'node:fs'

/** Posthorn's own, as its package.json says: one folder up from the sources, two from what is compiled. */
export const version = readVersion()

function readVersion(): string {
  for (const path of ['../package.json', '../../package.json']) {
    try {
      const { name, version } = JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'))
      if (name === 'posthorn' && typeof version === 'string') return version
    } catch {
      // The next one.
    }
  }
  return 'unknown'
}
