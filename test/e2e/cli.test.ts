import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { describe, it } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { tempDir } from '../support/temp-dir.ts'

const root = join(import.meta.dirname, '..', '..')
const secret = '0123456789abcdef0123456789abcdef'

async function posthorn(program: string, args: readonly string[], env: Readonly<Record<string, string>>, cwd: string) {
  const child = spawn(process.execPath, [program, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [out, err] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { code: child.exitCode, out, err }
}

/** The package as npm would install it: what `files` and `bin` name, compiled, below `node_modules`. */
function install(): string {
  const folder = tempDir()
  const home = join(folder, 'node_modules', 'posthorn')
  mkdirSync(home, { recursive: true })
  execFileSync(process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    ...['-p', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist'), '--declaration', 'false'],
  ])
  const { bin, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  for (const file of ['package.json', ...files.filter((name: string) => name !== 'dist')]) {
    copyFileSync(join(root, file), join(home, file))
  }
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (!name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name))
  }
  return join(home, bin.posthorn)
}

for (const [where, program] of [
  ['in the project', () => join(root, 'posthorn.js')],
  ['installed from the package', install],
] as const) {
  describe(`posthorn, ${where}`, () => {
    it('starts a gateway, sends to it, and ends with codes that a script can use', async (t) => {
      const path = program()
      const cwd = tempDir()
      const env = { STRIPE_WEBHOOK_SECRET: secret, PORT: '0', HOST: '127.0.0.1', DRAIN_SECONDS: '0' }
      const gateway = spawn(process.execPath, [path, 'start'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] })
      t.after(() => void gateway.kill('SIGKILL'))
      let port = 0
      for await (const chunk of gateway.stdout) {
        port = Number(/"port":(\d+).*"msg":"ready"/.exec(String(chunk))?.[1] ?? port)
        if (port > 0) break
      }
      const at = ['--url', `http://127.0.0.1:${port}/webhook/stripe`]
      const sent = await posthorn(path, ['send', 'stripe', ...at], { STRIPE_WEBHOOK_SECRET: secret }, cwd)
      assert.deepEqual([sent.code, /✓ accepted/.test(sent.out)], [0, true], sent.out + sent.err)
      const wrong = await posthorn(path, ['send', 'stripe', ...at, '--secret', 'x'.repeat(32)], {}, cwd)
      assert.equal(wrong.code, 1)
      assert.equal((await posthorn(path, ['send', 'stripe', '--bogus'], {}, cwd)).code, 2)
      assert.match((await posthorn(path, ['--version'], {}, cwd)).out, /^\d+\.\d+\.\d+\n$/)
      gateway.kill('SIGTERM')
      const [code] = await once(gateway, 'exit')
      assert.equal(code, 0)
    })
  })
}

describe('output', () => {
  it('is coloured only where somebody sees it, or asks for it, and never with NO_COLOR', async (t) => {
    const gateway = await startGateway(t, { WEBHOOK_SECRET: secret })
    const args = ['send', 'generic', '--url', `${gateway.url}/webhook/x`, '--secret', secret]
    const colours = async (env: Readonly<Record<string, string>>) =>
      (await posthorn(join(root, 'posthorn.js'), args, env, tempDir())).out.includes('\u001b[')
    assert.deepEqual(
      [await colours({}), await colours({ FORCE_COLOR: '1' }), await colours({ FORCE_COLOR: '1', NO_COLOR: '1' })],
      [false, true, false],
    )
  })

  it('may end early without a complaint', async () => {
    const child = spawn(process.execPath, [join(root, 'posthorn.js'), 'providers', '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const complaint = text(child.stderr)
    child.stdout.destroy()
    await once(child, 'exit')
    assert.equal(await complaint, '')
  })
})

describe('an older Node', () => {
  it('is told which one is needed, and how to get it', () => {
    for (const [program, code] of [
      ['start.js', 1],
      ['posthorn.js', 2],
    ] as const) {
      const old =
        'Object.defineProperties(process, { version: { value: "v20.1.0" }, versions: { value: { node: "20.1.0" } } })'
      const { status, stderr } = spawnSync(
        process.execPath,
        ['--import', `data:text/javascript,${old}`, join(root, program)],
        {
          encoding: 'utf8',
        },
      )
      assert.equal(status, code)
      assert.match(stderr, /^posthorn:? needs Node 24 or later, but this is v20\.1\.0: .*https:\/\/nodejs\.org.*\n$/i)
      // What an older one lacks must not be imported by name: that fails before a line of the program runs.
      const names = [...readFileSync(join(root, program), 'utf8').matchAll(/^import \{ (.*) \} from/gm)].map(
        ([, name]) => name,
      )
      assert.deepEqual(names, program === 'start.js' ? [] : ['existsSync'])
    }
  })
})
