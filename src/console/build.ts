import { hash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { stripTypeScriptTypes } from 'node:module'
import { dirname, join, posix, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { assetOf, type ConsoleAsset } from './assets.ts'

/** What the console's modules import by name, and where browsers find it. */
const libraries: Readonly<Record<string, string>> = {
  preact: 'lib/preact.js',
  'preact/hooks': 'lib/hooks.js',
  uplot: 'lib/uplot.js',
}

/** Both kinds of import, as our own modules and the libraries write them; the name is the third group. */
const imports = /(?<![\w$.'"])(from(?:\s+|(?="))|import\(?\s*)(["'])([^"'\n]+)(?=\2)/g
const firstModule = 'app.js'

/**
 * The console as browsers take it: modules without types that import each other by relative addresses, in a folder that is
 * named by everything in it. No bundler: modules are fetched side by side, as the page lists them, and kept for good.
 * @param folder where its sources are
 */
export async function buildAssets(folder: string): Promise<ReadonlyMap<string, ConsoleAsset>> {
  const files = (await readdir(folder, { recursive: true })).map((name) => name.split(sep).join('/')).sort()
  const read = (name: string) => readFile(join(folder, name), 'utf8')
  const built = new Map<string, string>()
  for (const name of files.filter((file) => file.endsWith('.ts'))) {
    const target = name.replace(/\.ts$/, '.js')
    built.set(target, linked(target, withoutTypes(await read(name))))
  }
  for (const [name, target] of Object.entries(libraries)) built.set(target, linked(target, await readLibrary(name)))
  const sheets = await Promise.all(files.filter((file) => file.endsWith('.css')).map(read))
  built.set('style.css', [await readPlotStyle(), ...sheets].join('\n'))
  built.set('mark.svg', await read('mark.svg'))

  const mark = hash('sha256', JSON.stringify([...built]), 'base64url')
    .slice(0, 10)
    .replaceAll(/[-_]/g, 'x')
  const page = (await read('index.html'))
    .replace('{preloads}', () => preloads(built))
    .replaceAll('{assets}', `/console/assets/${mark}`)
  const named = [...built].map(([name, text]) => [`${mark}/${name}`, text] as const)
  return new Map(
    [['index.html', page] as const, ...named].map(([name, text]) => [name, assetOf(name, Buffer.from(text))]),
  )
}

/** As Node does when it loads a file; the function beside that is said to be experimental, to whoever starts the gateway. */
function withoutTypes(code: string): string {
  const { emitWarning } = process
  process.emitWarning = () => {}
  try {
    return stripTypeScriptTypes(code)
  } finally {
    process.emitWarning = emitWarning
  }
}

/** Imports of another module as its address relative to this one. */
function linked(name: string, code: string): string {
  return code.replaceAll(imports, (whole, keyword: string, quote: string, imported: string) => {
    const library = libraries[imported]
    if (library !== undefined) return `${keyword}${quote}${fromTo(name, library)}`
    return imported.startsWith('.') ? `${keyword}${quote}${imported.replace(/\.ts$/, '.js')}` : whole
  })
}

function fromTo(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to)
  return path.startsWith('.') ? path : `./${path}`
}

/** With its licence, which asks to be where the library is. */
async function readLibrary(name: string): Promise<string> {
  const main = fileURLToPath(import.meta.resolve(name))
  // The short form of uPlot is a script; as a module it gives what it makes.
  const isPlot = name === 'uplot'
  const file = isPlot ? join(dirname(main), 'uPlot.iife.min.js') : main
  const code = (await readFile(file, 'utf8')).replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
  const licence = await readFile(join(packageOf(main), 'LICENSE'), 'utf8')
  return `/*! ${name.split('/')[0]}\n${licence.trim()}\n*/\n${code}${isPlot ? '\nexport default uPlot\n' : ''}`
}

function packageOf(file: string): string {
  const [, root = '', name = ''] = /^(.*[\\/]node_modules[\\/])([^\\/]+)/.exec(file) ?? []
  return join(root, name)
}

function readPlotStyle(): Promise<string> {
  return readFile(join(dirname(fileURLToPath(import.meta.resolve('uplot'))), 'uPlot.min.css'), 'utf8')
}

/** Every module that the first one needs at once, so that a browser fetches them together and not one after another. */
function preloads(built: ReadonlyMap<string, string>): string {
  const needed = new Set<string>()
  const visit = (name: string): void => {
    if (needed.has(name)) return
    needed.add(name)
    for (const [, keyword = '', , imported = ''] of (built.get(name) ?? '').matchAll(imports)) {
      if (!keyword.includes('(') && imported.startsWith('.')) visit(posix.join(posix.dirname(name), imported))
    }
  }
  visit(firstModule)
  needed.delete(firstModule)
  return [...needed].map((name) => `<link rel="modulepreload" href="{assets}/${name}">`).join('\n')
}
