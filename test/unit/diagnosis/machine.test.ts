import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { checkMachine, type Machine, thisMachine } from '../../../src/diagnosis/machine.ts'
import { tempDir } from '../../support/temp-dir.ts'

const GIBIBYTE = 1024 ** 3
const fine: Machine = {
  node: 'v24.21.0',
  uid: 1000,
  space: async () => ({ free: 50 * GIBIBYTE, size: 100 * GIBIBYTE, type: 0xef53 }),
  entry: async () => ({ mode: 0o750, uid: 1000, isDirectory: true }),
  writable: async () => true,
}
const config = loadConfig({ WEBHOOK_SECRET: 'x'.repeat(32), DATA_DIR: '/srv/posthorn' }, { cwd: '/srv' })

async function doubtful(change: Partial<Machine>) {
  const found = await checkMachine(config, { ...fine, ...change })
  return found
    .filter(({ level }) => level !== 'ok')
    .map(({ check, level, sentence }) => `${level} ${check}: ${sentence}`)
}

describe('the checks of a machine', () => {
  it('find nothing wrong with a sound one', async () => {
    assert.deepEqual(await doubtful({}), [])
  })

  const cases: readonly [name: string, change: Partial<Machine>, expected: RegExp][] = [
    ['an old Node', { node: 'v20.11.0' }, /^fail node: Node v20\.11\.0 is too old/],
    [
      'a directory that may not be written to',
      { writable: async () => false },
      /^fail data: .* user 1000 may not write/,
    ],
    [
      'a file for a directory',
      { entry: async () => ({ mode: 0o640, uid: 0, isDirectory: false }) },
      /^fail data: .*which is a file/,
    ],
    [
      'a disk in memory',
      { space: async () => ({ free: 50 * GIBIBYTE, size: 100 * GIBIBYTE, type: 0x01021994 }) },
      /^fail volume: DATA_DIR is on tmpfs/,
    ],
    [
      'a network file system',
      { space: async () => ({ free: 50 * GIBIBYTE, size: 100 * GIBIBYTE, type: 0x6969 }) },
      /^warn volume: .*NFS/,
    ],
    [
      'little room',
      { space: async () => ({ free: GIBIBYTE, size: 100 * GIBIBYTE, type: 0 }) },
      /^warn disk: Only 1024 MiB/,
    ],
    ['no room', { space: async () => ({ free: 1024 ** 2, size: 100 * GIBIBYTE, type: 0 }) }, /^fail disk: Only 1 MiB/],
    [
      'a database that everybody can read',
      {
        entry: async (path) => ({
          mode: path.endsWith('.db') ? 0o644 : 0o750,
          uid: 0,
          isDirectory: !path.endsWith('.db'),
        }),
      },
      /^warn permissions: \/srv\/posthorn\/posthorn\.db can be read/,
    ],
  ]
  for (const [name, change, expected] of cases) {
    it(`find ${name}`, async () => {
      const found = await doubtful(change)
      assert.ok(
        found.some((one) => expected.test(one)),
        found.join('\n'),
      )
    })
  }

  it('look at the real one', async () => {
    const cwd = tempDir()
    const real = loadConfig({ WEBHOOK_SECRET: 'x'.repeat(32) }, { cwd })
    const before = await checkMachine(real)
    assert.match(before.find(({ check }) => check === 'data')?.sentence ?? '', /will be made at the first start/)
    mkdirSync(real.dataDir)
    writeFileSync(join(real.dataDir, 'posthorn.db'), '')
    chmodSync(join(real.dataDir, 'posthorn.db'), 0o666)
    const after = await checkMachine(real, thisMachine)
    assert.ok(
      after.some(({ check, level }) => check === 'permissions' && level === 'warn'),
      JSON.stringify(after),
    )
    assert.ok(after.some(({ check }) => check === 'disk'))
  })
})
