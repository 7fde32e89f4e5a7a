import { execFile } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { tempDir } from './temp-dir.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '..', '..')

/** A project into which the package was installed as it would be published. */
export interface Installed {
  /** The project's folder. */
  readonly project: string
  /** The package's own, below it. */
  readonly folder: string
  /** Names of its files, sorted. */
  readonly files: readonly string[]
  /** Bytes of the archive. */
  readonly size: number
  /** Runs this Node in the project's folder. */
  node(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<{ stdout: string; stderr: string }>
}

/**
 * Packs the project, compiling it anew, and unpacks it below an empty project's `node_modules`, beside its dependencies and
 * nothing else: what it needs and does not name is not there. No registry is asked.
 */
export async function installPackage(): Promise<Installed> {
  const project = tempDir()
  const { stdout } = await run('npm', ['pack', '--json', '--silent', '--pack-destination', project], {
    cwd: root,
    maxBuffer: 2 ** 26,
  })
  // What the build prints comes before it.
  const [packed] = JSON.parse(stdout.slice(stdout.search(/^\[/m)))
  writeFileSync(join(project, 'package.json'), '{ "private": true, "type": "module" }')
  const folder = join(project, 'node_modules', 'posthorn')
  mkdirSync(folder, { recursive: true })
  await run('tar', ['-xzf', join(project, packed.filename), '-C', folder, '--strip-components=1'])

  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  for (const name of [...Object.keys(dependencies), 'typescript', '@types/node']) {
    const link = join(project, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(join(root, 'node_modules', name), link)
  }
  return {
    project,
    folder,
    files: packed.files.map(({ path }: { readonly path: string }) => path).sort(),
    size: packed.size,
    node: (args, env = {}) =>
      run(process.execPath, args, { cwd: project, env: { PATH: process.env['PATH'], ...env }, timeout: 60_000 }),
  }
}
