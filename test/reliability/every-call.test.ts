import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { tempDir } from '../support/temp-dir.ts'
import { can, needsStrace } from './support/machine.ts'
import { integrityOf, listAll, openStore } from './support/reconcile.ts'
import { type Call, strace } from './support/strace.ts'

const script = join(import.meta.dirname, 'support', 'few-events.ts')
/** 1: each call in turn; a larger one skips some. */
const stride = Number(process.env['STRIDE'] ?? 1)

interface Walk {
  readonly call: Call
  readonly error: 'EIO' | 'ENOSPC'
  /** Whether the directory holds a database already, or the calls that make one are met too. */
  readonly directory: 'new' | 'used'
}

const walks: readonly Walk[] = [
  { call: 'fsync', error: 'EIO', directory: 'new' },
  { call: 'pwrite64', error: 'EIO', directory: 'used' },
  { call: 'pwrite64', error: 'ENOSPC', directory: 'used' },
]

for (const { call, error, directory } of walks) {
  test(`${error} at every ${call} in turn, in a ${directory} directory, takes nothing that was acknowledged`, {
    timeout: 300_000,
  }, async (t) => {
    if (!can(t, needsStrace())) return
    const base = tempDir()
    const [used, dataDir, trace] = [join(base, 'used'), join(base, 'data'), join(base, 'trace')]
    if (directory === 'used') runScript([], used)

    const count = { runs: 0, acked: 0, lost: 0, twice: 0, reopened: 0 }
    for (let n = 1; ; n += stride) {
      rmSync(dataDir, { recursive: true, force: true })
      if (directory === 'used') cpSync(used, dataDir, { recursive: true })
      const said = runScript(strace(call, `error=${error}:when=${n}`, trace), dataDir)
      const met = readFileSync(trace, 'utf8').includes('INJECTED')

      // Whatever happened, a healthy process opens what is left.
      const store = await openStore(dataDir)
      const found = new Map((await listAll(store)).map((event) => [event.id, event]))
      await store.close()
      const externalIds = [...found.values()].map(({ externalId }) => externalId)
      count.runs++
      count.acked += said.acked.length
      count.lost += said.acked.filter(([key, id]) => found.get(id)?.externalId !== key).length
      // What was recorded as done is not handed on again: nobody lost power.
      count.lost += said.done.filter((id) => found.get(id)?.deliveries[0]?.state !== 'done').length
      count.twice += externalIds.length - new Set(externalIds).size
      if (!said.closed) count.reopened++
      assert.deepEqual({ n, lost: count.lost, twice: count.twice }, { n, lost: 0, twice: 0 })
      assert.equal(integrityOf(dataDir), 'ok', `${call} ${n}`)
      if (!met) break
    }
    t.diagnostic(
      `${error} at every ${call} (${directory}): ${count.runs} runs until none was met; acked ${count.acked}, ` +
        `lost ${count.lost}, stored twice ${count.twice}; ${count.reopened} ended early`,
    )
    assert.ok(count.runs > 10 / stride, 'hardly any call was met')
    assert.ok(count.reopened > 0, 'no fault was noticed')
  })
}

interface Said {
  readonly acked: readonly (readonly [key: string, id: string])[]
  readonly done: readonly string[]
  readonly closed: boolean
}

function runScript(under: readonly string[], dataDir: string): Said {
  const [program = process.execPath, ...args] = [...under, process.execPath, script, dataDir]
  const { stdout } = spawnSync(program, args, { encoding: 'utf8' })
  const lines = stdout.split('\n').map((line) => line.split(' '))
  return {
    acked: lines.flatMap(([word, key = '', id = '']) => (word === 'acked' ? [[key, id] as const] : [])),
    done: lines.flatMap(([word, id = '']) => (word === 'done' ? [id] : [])),
    closed: lines.some(([word]) => word === 'closed'),
  }
}
