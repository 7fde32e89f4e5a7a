#!/usr/bin/env node
// The command `posthorn`. From the sources where they are (Node runs TypeScript as it is, except below node_modules), else
// compiled.
import { existsSync } from 'node:fs'

if (Number(process.versions.node.split('.')[0]) < 24) {
  process.stderr.write(
    `posthorn: needs Node 24 or later, but this is ${process.version}. In the project's own folder "npx posthorn" brings it.\n`,
  )
  process.exit(2)
}

const source = new URL('./src/cli/main.ts', import.meta.url)
const isInstalled = source.pathname.includes('/node_modules/') || !existsSync(source)
await import(isInstalled ? './dist/src/cli/main.js' : './src/cli/main.ts')
