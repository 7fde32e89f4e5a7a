import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, existsSync, globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { builtinModules, stripTypeScriptTypes } from 'node:module'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { before, describe, test } from 'node:test'
import { send } from '../support/http.ts'
import { type Installed, installPackage } from '../support/installed.ts'
import { tempDir } from '../support/temp-dir.ts'

const root = join(import.meta.dirname, '..', '..')
const secret = 'a secret of some length, for tests'

describe('the package, as it is published', { timeout: 240_000 }, () => {
  let installed: Installed
  const read = (name: string) => readFileSync(join(installed.folder, name), 'utf8')
  const withEnding = (...endings: readonly string[]) =>
    installed.files.filter((file) => endings.some((ending) => file.endsWith(ending)))

  before(async () => {
    installed = await installPackage()
  })

  test('has what it needs, compiled, and nothing else', () => {
    const { files, size } = installed
    for (const name of ['package.json', 'README.md', 'LICENSE', 'index.js', 'posthorn.js', 'dist/src/server.js']) {
      assert.ok(files.includes(name), name)
    }
    const others = files.filter((file) => !/^dist\/(?:src|plugins|routes|console)\//.test(file))
    assert.deepEqual(others, ['LICENSE', 'README.md', 'index.js', 'package.json', 'posthorn.js'])
    // Node runs no TypeScript below node_modules, and maps lead to sources that are not there.
    assert.deepEqual(
      files.filter((file) => /(?<!\.d)\.tsx?$|\.map$|\.test\.|tsconfig/.test(file)),
      [],
    )
    assert.ok(size < 1_500_000, `${size} bytes`)
    for (const source of globSync('{src,plugins,routes}/**/*.ts', { cwd: root })) {
      assert.ok(files.includes(`dist/${source.replace(/\.ts$/, '.js')}`), source)
    }
  })

  test('says how it is used', () => {
    const manifest = JSON.parse(read('package.json'))
    assert.equal(manifest.private, undefined)
    assert.equal(manifest.bin.posthorn, 'posthorn.js')
    assert.match(read('posthorn.js'), /^#!\/usr\/bin\/env node\n/)
    assert.equal(statSync(join(installed.folder, 'posthorn.js')).mode & 0o111, 0o111)
    const entry = manifest.exports['.']
    assert.ok(existsSync(join(installed.folder, entry.default)))
    assert.ok(entry.types.some((path: string) => existsSync(join(installed.folder, path))))
  })

  test('can be read by Node, file by file', () => {
    for (const file of withEnding('.js')) {
      assert.doesNotThrow(() => stripTypeScriptTypes(read(file).replace(/^#!.*/, '')), file)
    }
  })

  test('imports nothing that is not there', () => {
    const { dependencies } = JSON.parse(read('package.json'))
    const known = new Set([...builtinModules, ...Object.keys(dependencies)])
    for (const file of withEnding('.js', '.d.ts')) {
      const code = read(file).replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
      for (const [, name = ''] of code.matchAll(/(?:\bfrom|\bimport\(?)\s*['"]([@./\w:-]+)['"]/g)) {
        if (name.startsWith('.')) {
          const target = join(installed.folder, dirname(file), name)
          const types = target.replace(/\.[jt]s$/, '.d.ts')
          assert.ok(existsSync(file.endsWith('.d.ts') ? types : target), `${file} imports ${name}`)
        } else if (!name.startsWith('node:')) {
          const bare = name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/')
          assert.ok(known.has(bare), `${file} imports ${name}`)
        }
      }
    }
  })

  test('is a command', async () => {
    const command = join(installed.folder, 'posthorn.js')
    const { version } = JSON.parse(read('package.json'))
    assert.equal((await installed.node([command, '--version'])).stdout.trim(), version)
    const { stdout } = await installed.node([command, 'providers', '--json'])
    assert.ok(JSON.parse(stdout).length > 100)
  })

  test('is a gateway: it takes what its own command signs, and serves its console whole', async (t) => {
    const { project, folder } = installed
    const gateway = await startServer(t, join(folder, 'posthorn.js'), { cwd: project, secret })
    const command = join(folder, 'posthorn.js')
    const { stdout } = await installed.node(
      [command, 'send', 'github', '--json', '--url', `${gateway.url}/webhook/github`],
      {
        GITHUB_WEBHOOK_SECRET: secret,
      },
    )
    assert.match(stdout, /"status": ?200/)
    const openapi = await send(gateway.port, { method: 'GET', path: '/openapi.json' })
    assert.equal(openapi.status, 200)
    await walkConsole(gateway.port)
  })

  test('is a library for plain JavaScript', async () => {
    writeFileSync(
      join(installed.project, 'app.mjs'),
      `import { fastify } from 'fastify'
       import posthorn, { defineConfig, defineHandler } from 'posthorn'
       const app = fastify()
       const handled = Promise.withResolvers()
       const handler = defineHandler(async (event) => handled.resolve(event.type))
       await app.register(posthorn, { dataDir: process.env.DATA_DIR, requireSignature: false, handlers: { _all: handler } })
       const answer = await app.inject({ method: 'POST', url: '/webhook/user.created', payload: { a: 1 } })
       console.log(JSON.stringify([answer.statusCode, await handled.promise, typeof defineConfig]))
       await app.close()`,
    )
    const { stdout } = await installed.node(['app.mjs'], { DATA_DIR: tempDir() })
    assert.deepEqual(JSON.parse(stdout), [200, 'user.created', 'function'])
  })

  test('has types that resolve, and that say nothing of its insides', async () => {
    cpSync(join(root, 'examples', 'embedded', 'tsconfig.json'), join(installed.project, 'tsconfig.json'))
    writeFileSync(
      join(installed.project, 'types.ts'),
      `import { fastify } from 'fastify'
       import posthorn, { defineConfig, defineHandler, type Posthorn } from 'posthorn'
       export const config = defineConfig({ sources: { github: { secret: 'x' } } })
       export default defineHandler<{ a: number }>((event) => event.json().a)
       const app = fastify()
       await app.register(posthorn, { dataDir: 'x', handlers: { a: (event) => event.json() } })
       export const mine: Posthorn = app.posthorn
       // @ts-expect-error there is no such option
       await app.register(posthorn, { nothing: 1 })
       // @ts-expect-error the gateway's own plugins decorate the gateway's own requests
       app.get('/', async (request) => request.ingest)
       // @ts-expect-error
       app.lifecycle.drain()`,
    )
    const { stdout } = await installed.node([join(root, 'node_modules/typescript/bin/tsc'), '-p', '.', '--listFiles'])
    const own = stdout.split('\n').filter((line) => line.includes('/node_modules/posthorn/'))
    assert.ok(own.length > 1)
    assert.deepEqual(
      own.filter((line) => !line.endsWith('.d.ts')),
      [],
    )
  })

  test('carries the example of an app with a gateway in it', async () => {
    const example = join(installed.project, 'embedded')
    cpSync(join(root, 'examples', 'embedded'), example, { recursive: true })
    await installed.node([join(root, 'node_modules/typescript/bin/tsc'), '-p', example])
    const { stdout } = await installed.node(['--test', '--test-reporter=tap', join(example, 'app.test.ts')])
    assert.match(stdout, /^# pass 1$/m)
  })
})

interface Started {
  readonly port: number
  readonly url: string
}

async function startServer(
  t: { after(hook: () => Promise<void>): void },
  command: string,
  options: { readonly cwd: string; readonly secret: string },
): Promise<Started> {
  const child: ChildProcess = spawn(process.execPath, [command, 'start'], {
    cwd: options.cwd,
    env: {
      PATH: process.env['PATH'],
      PORT: '0',
      HOST: '127.0.0.1',
      DATA_DIR: tempDir(),
      DRAIN_SECONDS: '0',
      GITHUB_WEBHOOK_SECRET: options.secret,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(child, 'exit')
  t.after(async () => {
    child.kill('SIGKILL')
    await exited
  })
  assert.ok(child.stdout)
  for await (const line of createInterface(child.stdout)) {
    const { msg, port } = JSON.parse(line)
    if (msg === 'ready') return { port, url: `http://127.0.0.1:${port}` }
  }
  throw new Error('the server ended before it was ready')
}

/** Asks for the console's page and for everything that it, its scripts and its styles name. */
async function walkConsole(port: number): Promise<void> {
  const page = await send(port, { method: 'GET', path: '/console', headers: { accept: 'text/html' } })
  // A gateway without a console has none in its package either.
  if (page.status === 404) return assert.ok(!existsSync(join(root, 'console')))
  const wanted = new Set(['/console'])
  for (const path of wanted) {
    const answer = await send(port, { method: 'GET', path })
    assert.equal(answer.status, 200, path)
    assert.ok(answer.text.length > 0, path)
    const base = path === '/console' ? 'http://host/console' : `http://host${path}`
    const named = answer.text.matchAll(
      /(?:\b(?:src|href)=|\burl\()["']?([^"'\s()>]+\.\w+)|(?<![\w$.'"])(?:from|import\(?)\s*["']([^"'\s()>]+\.\w+)["']/g,
    )
    for (const [, address = '', imported = address] of named) {
      const { pathname, host } = new URL(imported, base)
      if (host === 'host' && pathname.startsWith('/console/')) wanted.add(pathname)
    }
  }
  assert.ok(wanted.size > 1, [...wanted].join(' '))
}
