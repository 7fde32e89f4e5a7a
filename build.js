// Compiles what is published and put into the image: `npm run build`, with options for the compiler behind `--`. All of it
// lands in `dist`, which is made anew: what was compiled of a source that is gone would be published otherwise.
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const root = import.meta.dirname
const dist = join(root, 'dist')
const compiler = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin', 'tsc')

rmSync(dist, { recursive: true, force: true })
execFileSync(process.execPath, [compiler, '-p', 'tsconfig.build.json', ...process.argv.slice(2)], {
  cwd: root,
  stdio: 'inherit',
})
// What runs in browsers, as the gateway makes it of the sources when it runs from them.
execFileSync(process.execPath, [join('src', 'console', 'write.ts')], { cwd: root, stdio: 'inherit' })
