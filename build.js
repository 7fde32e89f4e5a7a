// Compiles what is published and put into the image: `npm run build`, with options for the compiler behind `--`. All of it
// lands in `dist`, which is made anew: what was compiled of a source that is gone would be published otherwise.
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, extname, join } from 'node:path'

/** Folders whose files are served or read as they are. What the compiler makes of their TypeScript is its own affair. */
const assets = ['console']

const root = import.meta.dirname
const dist = join(root, 'dist')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
for (const folder of assets) {
  if (!existsSync(join(root, folder))) continue
  cpSync(join(root, folder), join(dist, folder), {
    recursive: true,
    filter: (path) => !['.ts', '.tsx'].includes(extname(path)) && !path.endsWith('tsconfig.json'),
  })
}
