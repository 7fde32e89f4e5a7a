import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Contender } from '../harness/contenders.ts'
import { createScratchDir, removeScratchDir, startContender } from '../harness/contest.ts'
import type { Options } from '../harness/options.ts'
import { benchDir, launch } from '../harness/process.ts'
import { median } from '../harness/statistics.ts'
import { bytes, type Column, figure, renderTable } from '../harness/table.ts'
import { readRssBytes } from '../load/process-stat.ts'
import type { SuiteResult } from './types.ts'

const allCores = '0,1'
/** Long enough for what a server does after it became ready. */
const restMs = 1500

const compared = new Set(['tutorial', 'fastify-verify', 'posthorn'])

interface Sample {
  readonly contender: string
  readonly round: number
  readonly readyMs: number
  /** Null for a start through npm, where the process is npm's. */
  readonly rssBytes: number | null
}

async function startDirectly(contender: Contender, round: number): Promise<Sample> {
  const started = await startContender(contender, { cores: { server: allCores, generator: allCores } })
  await sleep(restMs)
  const rssBytes = readRssBytes(started.server.pid)
  await started.stop()
  return { contender: contender.name, round, readyMs: started.server.readyMs, rssBytes }
}

async function startThroughNpm(contender: Contender, round: number): Promise<Sample> {
  const dataDir = createScratchDir()
  const server = await launch({
    command: ['npm', 'start'],
    cores: allCores,
    cwd: join(benchDir, '..'),
    env: { ...contender.env, DATA_DIR: dataDir },
  })
  await server.stop()
  removeScratchDir(dataDir)
  return { contender: 'posthorn by npm start', round, readyMs: server.readyMs, rssBytes: null }
}

/** From the start of the process to the first 200 on /health, and the memory a while later. */
export async function runStart(options: Options, progress: (line: string) => void): Promise<SuiteResult> {
  const samples: Sample[] = []
  for (let round = 1; round <= options.rounds; round += 1) {
    for (const contender of options.contenders.filter((each) => compared.has(each.name))) {
      samples.push(await startDirectly(contender, round))
      if (contender.name === 'posthorn') samples.push(await startThroughNpm(contender, round))
    }
    progress(`round ${round} start: done`)
  }
  const names = [...new Set(samples.map((sample) => sample.contender))]
  const rows = names.map((contender) => ({ contender, all: samples.filter((each) => each.contender === contender) }))
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'server', text: true, value: (row) => row.contender },
    { title: 'ready after ms', value: (row) => figure(median(row.all.map((sample) => sample.readyMs))) },
    {
      title: 'RSS at rest',
      value: (row) => {
        const measured = row.all.flatMap((sample) => (sample.rssBytes === null ? [] : [sample.rssBytes]))
        return measured.length === 0 ? '–' : bytes(median(measured))
      },
    },
  ]
  return { title: 'Start', samples, tables: [renderTable(columns, rows)] }
}
