import { mkdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { loadConsoleAssets } from './assets.ts'

// Writes the console's files where the compiled gateway looks for them, or into the folder that is given; the end of
// `npm run build`.
const [folder = join('dist', 'console')] = process.argv.slice(2)

await rm(folder, { recursive: true, force: true })
for (const [name, { body }] of await loadConsoleAssets()) {
  const file = join(folder, name)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, body)
}
