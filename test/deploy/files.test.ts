import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { loadConfig } from '../../src/config/load.ts'
import { Settings } from '../../src/config/schema.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (name: string) => readFileSync(join(root, name), 'utf8')

/** What a stop may take: draining, then the slowest request and the slowest delivery that began meanwhile. */
function longestStopSeconds(): number {
  const { drainMs, requestTimeoutMs, deliveryTimeoutMs } = loadConfig({}, { cwd: root })
  return (drainMs + requestTimeoutMs + deliveryTimeoutMs) / 1000
}

/** The Dockerfile's instructions, continued lines joined, without comments. */
function instructions(): readonly { readonly name: string; readonly rest: string }[] {
  const lines = read('Dockerfile')
    .replaceAll(/^\s*#.*\n/gm, '')
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '')
  return lines.map((line) => {
    const [, name = '', rest = ''] = /^([A-Z]+) (.+)$/.exec(line) ?? []
    assert.ok(name !== '', `not an instruction: ${line}`)
    return { name, rest }
  })
}

/** The part of the Dockerfile that the image is. */
function lastStage(): ReturnType<typeof instructions> {
  const all = instructions()
  return all.slice(all.findLastIndex(({ name }) => name === 'FROM'))
}

const only = (name: string): string => {
  const [found, ...more] = lastStage().filter((instruction) => instruction.name === name)
  assert.ok(found !== undefined && more.length === 0, `one ${name}`)
  return found.rest
}

function execForm(text: string): readonly string[] {
  const parsed: unknown = JSON.parse(text)
  assert.ok(Array.isArray(parsed) && parsed.every((part) => typeof part === 'string'), text)
  return parsed
}

describe('Dockerfile', () => {
  test('builds on exactly the Node that the project is developed with, in every stage', () => {
    const { devDependencies } = JSON.parse(read('package.json'))
    assert.equal(instructions()[0]?.rest, `NODE_IMAGE=node:${devDependencies.node}-bookworm-slim`)
    const bases = instructions().filter(({ name }) => name === 'FROM')
    assert.deepEqual(
      bases.map(({ rest }) => rest.split(' ')[0]),
      [`\${NODE_IMAGE}`, `\${NODE_IMAGE}`],
    )
  })

  test('starts the compiled server itself, so that signals reach it, as a user with a number', () => {
    assert.deepEqual(execForm(only('CMD')), ['node', 'dist/src/server.js'])
    assert.match(only('USER'), /^[1-9]\d*:[1-9]\d*$/)
    assert.equal(only('ENV'), 'NODE_ENV=production DATA_DIR=/data')
  })

  test('has no VOLUME, which Railway refuses', () => {
    assert.ok(!lastStage().some(({ name }) => name === 'VOLUME'))
  })

  test('takes nothing from the context into the image but through the build', () => {
    for (const { name, rest } of lastStage()) {
      assert.notEqual(name, 'ADD')
      if (name === 'COPY') assert.match(rest, /^--from=build /)
    }
  })

  test('has a health check that tells healthy from not', async (t) => {
    const [node = '', ...args] = execForm(only('HEALTHCHECK').replace(/^.*? CMD /, ''))
    assert.equal(node, 'node')
    let status = 200
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/health' ? status : 404, { connection: 'close' }).end()
    })
    server.listen(0)
    await once(server, 'listening')
    t.after(() => server.close())
    const address = server.address()
    assert.ok(address !== null && typeof address === 'object')
    const check = async (): Promise<unknown> => {
      const child = spawn(process.execPath, args, { env: { PORT: String(address.port) }, stdio: 'ignore' })
      const [code] = await once(child, 'exit')
      return code
    }
    assert.equal(await check(), 0)
    status = 503
    assert.equal(await check(), 1)
    server.close()
    await once(server, 'close')
    assert.equal(await check(), 1)
  })

  test('gets what it needs and nothing else from the context', () => {
    const patterns = read('.dockerignore').split('\n')
    const lines = patterns.filter((line) => line !== '' && !line.startsWith('#'))
    assert.equal(lines[0], '*')
    const included = lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))
    const { include } = JSON.parse(read('tsconfig.build.json'))
    const needed = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json', ...include]
    for (const path of needed) {
      assert.ok(included.includes(path), path)
      assert.ok(existsSync(join(root, path)), path)
    }
    assert.deepEqual(included.filter((path) => !needed.includes(path)).sort(), [
      'LICENSE',
      'build.js',
      'console',
      'handlers',
      'index.js',
      'posthorn.js',
    ])
  })
})

describe('railway.toml', () => {
  /** Tables of strings and whole numbers: a part of TOML in which a value is written as in JSON. */
  function parseToml(): Record<string, Record<string, unknown>> {
    const tables: Record<string, Record<string, unknown>> = { '': {} }
    let table = ''
    for (const line of read('railway.toml').split('\n')) {
      if (line === '' || line.startsWith('#')) continue
      const header = /^\[(\w+)\]$/.exec(line)?.[1]
      if (header !== undefined) {
        assert.ok(!(header in tables), `[${header}] twice`)
        table = header
        tables[table] = {}
        continue
      }
      const [, key = '', value = ''] = /^("\$schema"|[A-Za-z]+) = ("[^"\\]*"|\d+)$/.exec(line) ?? []
      const entries = tables[table]
      assert.ok(key !== '' && entries !== undefined && !(key in entries), `not understood: ${line}`)
      entries[key] = JSON.parse(value)
    }
    return tables
  }

  test('builds the Dockerfile and restarts after a failure', () => {
    const { build, deploy } = parseToml()
    assert.deepEqual(build, { builder: 'DOCKERFILE', dockerfilePath: 'Dockerfile' })
    assert.ok(existsSync(join(root, 'Dockerfile')))
    assert.equal(deploy?.['restartPolicyType'], 'ON_FAILURE')
    // The start command is the image's: a shell or npm in between would keep SIGTERM to itself.
    assert.equal(deploy?.['startCommand'], undefined)
  })

  test('asks the health route and leaves time to drain, in numbers', () => {
    const { deploy } = parseToml()
    assert.equal(deploy?.['healthcheckPath'], '/health')
    const draining = deploy?.['drainingSeconds']
    assert.ok(typeof draining === 'number' && draining > longestStopSeconds())
    const overlap = deploy?.['overlapSeconds']
    assert.ok(typeof overlap === 'number' && overlap > 0)
  })

  test('wants the volume where the image stores events', () => {
    assert.ok(only('ENV').includes(`DATA_DIR=${parseToml()['deploy']?.['requiredMountPath']}`))
  })
})

describe('compose.yaml', () => {
  const compose = read('compose.yaml')

  test('keeps the container locked down', () => {
    assert.match(compose, /^ {4}read_only: true$/m)
    assert.match(compose, /^ {4}tmpfs:\n {6}- \/tmp$/m)
    assert.match(compose, /^ {4}cap_drop:\n {6}- ALL$/m)
    assert.match(compose, /^ {4}security_opt:\n {6}- no-new-privileges:true$/m)
    assert.match(compose, /^ {4}init: true$/m)
  })

  test('stores events on a volume that it declares', () => {
    assert.match(compose, /^ {6}- data:\/data$/m)
    assert.match(compose, /^ {6}DATA_DIR: \/data$/m)
    assert.match(compose, /^volumes:\n {2}data:$/m)
  })

  test('leaves time to drain', () => {
    const grace = /^ {4}stop_grace_period: (\d+)s$/m.exec(compose)?.[1]
    assert.ok(Number(grace) > longestStopSeconds())
  })

  test('sets no secret to nothing, which would stop the start', () => {
    assert.doesNotMatch(compose, /SECRET/)
  })

  test('sets what it sets to values that are accepted', () => {
    const block = /^ {4}environment:\n((?: {6}.*\n)+)/m.exec(compose)?.[1] ?? ''
    const env = Object.fromEntries(
      [...block.matchAll(/^ {6}([A-Z_]+): "?([^"\n]*)"?$/gm)].map(([, name = '', value = '']) => [name, value]),
    )
    assert.deepEqual(Object.keys(env), ['PORT', 'HOST', 'DATA_DIR', 'HANDLERS_DIR'])
    // It is there in the image, and mounted.
    const here = { ...env, HANDLERS_DIR: root }
    const { port, warnings } = loadConfig({ ...here, WEBHOOK_SECRET: 'c0ffee00'.repeat(4) }, { cwd: root })
    assert.deepEqual(warnings, [])
    assert.match(compose, new RegExp(`^ {6}- "127\\.0\\.0\\.1:\\d+:${port}"$`, 'm'))
  })
})

test('the deploy documents name no setting that does not exist', () => {
  const known = new Set(Object.keys(Settings.properties).map((name) => name.replace('<SOURCE>', 'GITHUB')))
  const others = new Set(['RAILWAY_RUN_UID', 'NODE_IMAGE'])
  for (const name of ['docs/deploy-docker.md', 'docs/deploy-railway.md']) {
    for (const [word] of read(name).matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) {
      assert.ok(known.has(word) || others.has(word), `${name}: ${word}`)
    }
  }
})
