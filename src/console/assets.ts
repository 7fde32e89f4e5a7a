import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'

/** A file of the console. */
export interface ConsoleAsset {
  readonly contentType: string
  readonly body: Buffer
  /** Its name changes with its bytes, so that a browser may keep it for good. */
  readonly immutable: boolean
}

const folder = join(import.meta.dirname, '..', '..', 'console')

/**
 * The console's files by name. `index.html` is the page at `/console` and at every path below it but those of
 * `/console/assets/<name>`, where the others are; a name may have slashes. From the sources where they are; where this is
 * compiled, they were made with it. Nothing is read before somebody asks.
 */
export async function loadConsoleAssets(): Promise<ReadonlyMap<string, ConsoleAsset>> {
  if (!existsSync(join(folder, 'app.ts'))) return readAssets(folder)
  const { buildAssets } = await import('./build.ts')
  return buildAssets(folder)
}

async function readAssets(from: string): Promise<ReadonlyMap<string, ConsoleAsset>> {
  const entries = await readdir(from, { recursive: true, withFileTypes: true })
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
  const read = async (file: string): Promise<readonly [string, ConsoleAsset]> => {
    const name = relative(from, file).split(sep).join('/')
    return [name, assetOf(name, await readFile(file))]
  }
  return new Map(await Promise.all(files.map(read)))
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** All but the page are in a folder that is named by what is in it. */
export function assetOf(name: string, body: Buffer): ConsoleAsset {
  const contentType = types[extname(name)] ?? 'application/octet-stream'
  return { contentType, body, immutable: name.includes('/') }
}
