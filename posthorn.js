#!/usr/bin/env node
// The command `posthorn`. From the sources in a clone, where they are newer than what was compiled (Node runs TypeScript as
// it is, except below node_modules); compiled in a package and in the image.
import { existsSync } from 'node:fs'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `posthorn: needs Node 24 or later, but this is ${process.version}: get it from https://nodejs.org, or run "npx posthorn" in ` +
      "the project's own folder, where npm ci has brought one.\n",
  )
  process.exit(2)
}

const here = new URL('.', import.meta.url)
const isClone = !here.pathname.includes('/node_modules/') && existsSync(new URL('tsconfig.json', here))
await import(isClone ? './src/cli/main.ts' : './dist/src/cli/main.js')
