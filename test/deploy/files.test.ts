import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { parse } from 'yaml'
import { loadConfig } from '../../src/config/load.ts'
import { Settings } from '../../src/config/schema.ts'
import { parseDatabaseUrl } from '../../src/store/postgres/address.ts'

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
    const { scripts } = JSON.parse(read('package.json'))
    const [node, ...flags] = execForm(only('CMD')).slice(0, -1)
    assert.equal(execForm(only('CMD')).at(-1), 'dist/src/server.js')
    assert.equal([node, ...flags, 'start.js'].join(' '), scripts.start)
    assert.equal(node, 'node')
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

/** Tables of strings and whole numbers: a part of TOML in which a value is written as in JSON. */
function parseToml(name: string): Record<string, Record<string, unknown>> {
  const tables: Record<string, Record<string, unknown>> = { '': {} }
  let table = ''
  for (const line of read(name).split('\n')) {
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

for (const name of ['railway.toml', 'railway.replicas.toml']) {
  describe(name, () => {
    test('builds the Dockerfile and restarts after a failure', () => {
      const { build, deploy } = parseToml(name)
      assert.deepEqual(build, { builder: 'DOCKERFILE', dockerfilePath: 'Dockerfile' })
      assert.ok(existsSync(join(root, 'Dockerfile')))
      assert.equal(deploy?.['restartPolicyType'], 'ON_FAILURE')
      // The start command is the image's: a shell or npm in between would keep SIGTERM to itself.
      assert.equal(deploy?.['startCommand'], undefined)
      // What a file says cannot be changed in the dashboard, where people scale.
      assert.equal(deploy?.['numReplicas'], undefined)
    })

    test('asks the health route and leaves time to drain, in numbers', () => {
      const { deploy } = parseToml(name)
      assert.equal(deploy?.['healthcheckPath'], '/health')
      const draining = deploy?.['drainingSeconds']
      assert.ok(typeof draining === 'number' && draining > longestStopSeconds())
      const overlap = deploy?.['overlapSeconds']
      assert.ok(typeof overlap === 'number' && overlap > 0)
    })
  })
}

test('Railway gives one service a volume where the image stores events, and replicas none', () => {
  assert.ok(only('ENV').includes(`DATA_DIR=${parseToml('railway.toml')['deploy']?.['requiredMountPath']}`))
  assert.equal(parseToml('railway.replicas.toml')['deploy']?.['requiredMountPath'], undefined)
})

describe('compose.yaml', () => {
  const text = Type.String()
  const Service = Type.Object({
    image: text,
    profiles: Type.Optional(Type.Array(text)),
    environment: Type.Record(text, text),
    volumes: Type.Array(text),
    ports: Type.Optional(Type.Array(text)),
    command: Type.Optional(Type.Array(text)),
    read_only: Type.Optional(Type.Boolean()),
    tmpfs: Type.Optional(Type.Array(text)),
    cap_drop: Type.Optional(Type.Array(text)),
    security_opt: Type.Optional(Type.Array(text)),
    init: Type.Optional(Type.Boolean()),
    stop_grace_period: text,
    deploy: Type.Optional(Type.Object({ replicas: Type.Integer() })),
    depends_on: Type.Optional(Type.Record(text, Type.Object({ condition: text }))),
    healthcheck: Type.Record(text, Type.Unknown()),
  })
  const Compose = Type.Object({
    services: Type.Object({ posthorn: Service, postgres: Service, embedded: Service, migrate: Service }),
    volumes: Type.Record(text, Type.Null()),
  })

  /** As Compose reads it, with these variables in `.env`. */
  function compose(env: Readonly<Record<string, string>> = {}) {
    const written = read('compose.yaml')
    const filled = written.replaceAll(
      /\$\{([A-Z_]+):-([^}]*)\}/g,
      (_, name: string, otherwise: string) => env[name] ?? otherwise,
    )
    assert.doesNotMatch(filled, /\$\{/)
    return Value.Parse(Compose, parse(filled, { merge: true, schema: 'core' }))
  }

  const gateways = ({ services: { posthorn, embedded, migrate } }: ReturnType<typeof compose>) => [
    posthorn,
    embedded,
    migrate,
  ]

  test('keeps the containers locked down', () => {
    for (const gateway of gateways(compose())) {
      assert.equal(gateway.read_only, true)
      assert.deepEqual(gateway.tmpfs, ['/tmp'])
      assert.deepEqual(gateway.cap_drop, ['ALL'])
      assert.deepEqual(gateway.security_opt, ['no-new-privileges:true'])
      assert.equal(gateway.init, true)
    }
  })

  test('starts the gateway with its database, and the others only when asked', () => {
    const { services } = compose()
    const always = Object.entries(services).filter(([, { profiles }]) => profiles === undefined)
    assert.deepEqual(
      always.map(([name]) => name),
      ['posthorn', 'postgres'],
    )
    assert.equal(services.posthorn.depends_on?.['postgres']?.condition, 'service_healthy')
    assert.equal(services.postgres.ports, undefined, 'the database is published to nobody')
  })

  test('stores events on volumes that it declares', () => {
    const { services, volumes } = compose()
    const used = Object.values(services).flatMap((service) => service.volumes)
    const named = used.map((mount) => mount.split(':')[0] ?? '').filter((name) => !name.startsWith('.'))
    assert.deepEqual([...new Set(named)].sort(), Object.keys(volumes).sort())
    assert.equal(services.embedded.environment['DATA_DIR'], '/data')
    assert.ok(services.embedded.volumes.includes('data:/data'))
    assert.ok(services.migrate.volumes.includes('data:/data'))
    assert.deepEqual(services.migrate.command?.slice(2), ['migrate', '--from', '/data'])
    const [, script = ''] = services.migrate.command ?? []
    assert.ok(existsSync(join(root, script.replace(/^dist\//, '').replace(/js$/, 'ts'))), script)
  })

  test('leaves time to drain', () => {
    for (const gateway of gateways(compose())) {
      assert.ok(Number.parseInt(gateway.stop_grace_period, 10) > longestStopSeconds())
    }
  })

  test('sets no secret to nothing, which would stop the start', () => {
    assert.doesNotMatch(read('compose.yaml'), /_SECRET/)
  })

  test('sets what it sets to values that are accepted, and leads to the database beside it', () => {
    const { services } = compose({ POSTGRES_PASSWORD: 'p@ss/w#rd' })
    // It is there in the image, and mounted.
    const rest = { HANDLERS_DIR: root, WEBHOOK_SECRET: 'c0ffee00'.repeat(4) }
    for (const { environment, ports } of [services.posthorn, services.embedded]) {
      const { PGPASSWORD: _, ...settings } = environment
      const { port, warnings } = loadConfig({ ...settings, ...rest }, { cwd: root })
      assert.deepEqual(warnings, [])
      assert.deepEqual(ports, [`127.0.0.1:3000:${port}`])
    }
    const { POSTGRES_USER, POSTGRES_DB, POSTGRES_PASSWORD } = services.postgres.environment
    for (const { environment } of [services.posthorn, services.migrate]) {
      const address = parseDatabaseUrl(environment['DATABASE_URL'] ?? '')
      assert.ok(!('problem' in address))
      assert.deepEqual(
        [address.host, address.port, address.user, address.database, address.password],
        ['postgres', 5432, POSTGRES_USER, POSTGRES_DB, null],
      )
      assert.equal(environment['PGPASSWORD'], POSTGRES_PASSWORD)
    }
    assert.equal(services.embedded.environment['DATABASE_URL'], undefined)
  })

  test('makes several replicas, each with a port of its own, where .env says so', () => {
    assert.deepEqual(compose().services.posthorn.deploy, { replicas: 1 })
    const { posthorn } = compose({ REPLICAS: '3', PORTS: '3000-3002' }).services
    assert.deepEqual([posthorn.deploy?.replicas, posthorn.ports], [3, ['127.0.0.1:3000-3002:3000']])
    const own = compose({ DATABASE_URL: 'postgres://u:p@db.example.com/x' }).services
    assert.equal(own.posthorn.environment['DATABASE_URL'], 'postgres://u:p@db.example.com/x')
  })
})

test('the deploy documents name no setting that does not exist', () => {
  const known = new Set(Object.keys(Settings.properties).map((name) => name.replace('<SOURCE>', 'GITHUB')))
  const others = new Set(['RAILWAY_RUN_UID', 'NODE_IMAGE', 'POSTGRES_PASSWORD', 'DATABASE_PUBLIC_URL'])
  for (const name of ['docs/deploy-docker.md', 'docs/deploy-railway.md']) {
    for (const [word] of read(name).matchAll(/\b[A-Z]+(?:_[A-Z]+)+\b/g)) {
      assert.ok(known.has(word) || others.has(word), `${name}: ${word}`)
    }
  }
})
