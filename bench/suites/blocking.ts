import { setTimeout as sleep } from 'node:timers/promises'
import { type Contender, secret } from '../harness/contenders.ts'
import { type StartedContender, startContender } from '../harness/contest.ts'
import type { Options } from '../harness/options.ts'
import { runToEnd } from '../harness/process.ts'
import { median } from '../harness/statistics.ts'
import { type Column, figure, renderTable } from '../harness/table.ts'
import { openConnection } from '../load/connection.ts'
import { createRequestPool } from '../load/request-pool.ts'
import type { Probe, ProbeSpec } from '../load/types.ts'
import type { SuiteResult } from './types.ts'

const bodySize = 25 * 1024 * 1024
const probing = { intervalMs: 5, seconds: 6 }
const pauseMs = 250

const compared = new Set(['tutorial', 'tutorial-guide', 'fastify-verify', 'posthorn', 'posthorn-source'])

interface Post {
  /** Unix milliseconds. */
  readonly from: number
  readonly to: number
  readonly status: number
}

/** Milliseconds: the slowest answer during each post, and the slowest while nothing was posted. */
interface Waits {
  readonly during: readonly number[]
  readonly between: number
}

interface Sample {
  readonly contender: string
  readonly posts: readonly Post[]
  /** Of `/`, which takes nothing but a turn of the event loop. */
  readonly root: Waits
  /** Of `/health`, which may ask the store as well. */
  readonly health: Waits
}

const now = () => performance.timeOrigin + performance.now()

/** Posts large bodies one after the other until `until` says so. */
async function postLargeBodies(
  { contender, server }: StartedContender,
  until: () => boolean,
): Promise<readonly Post[]> {
  const { path, signing } = contender
  const unused = { companionPids: [], connections: 1, warmupSeconds: 0, seconds: 0, rate: null }
  const pool = createRequestPool({
    ...unused,
    port: server.port,
    serverPid: server.pid,
    path,
    signing,
    secret,
    bodySize,
  })
  const posts: Post[] = []
  let answered: (status: number) => void = () => {}
  let failed: (error: Error) => void = () => {}
  const connection = await openConnection(server.port, {
    onAnswer: (answer) => answered(answer.status),
    onProblem: (message) => failed(new Error(`${contender.name}: ${message}`)),
  })
  while (!until()) {
    const request = pool.next()
    await sleep(pauseMs)
    const from = now()
    const status = await new Promise<number>((resolve, reject) => {
      answered = resolve
      failed = reject
      connection.send(request)
    })
    posts.push({ from, to: now(), status })
  }
  connection.close()
  return posts
}

function waits(probes: readonly Probe[], posts: readonly Post[], allPosts: readonly Post[]): Waits {
  const worst = (chosen: readonly Probe[]) => Math.max(0, ...chosen.map((probe) => probe.milliseconds))
  const during = (post: Post) => (probe: Probe) => probe.dueAt + probe.milliseconds > post.from && probe.dueAt < post.to
  return {
    during: posts.map((post) => worst(probes.filter(during(post)))),
    between: worst(probes.filter((probe) => !allPosts.some((post) => during(post)(probe)))),
  }
}

async function takeSample(contender: Contender, options: Options): Promise<Sample> {
  const started = await startContender(contender, { cores: options.cores })
  async function probe(path: string): Promise<readonly Probe[]> {
    const spec: ProbeSpec = { port: started.server.port, path, ...probing }
    return JSON.parse(await runToEnd('load/prober.ts', JSON.stringify(spec), options.cores.generator))
  }
  let over = false
  const probed = Promise.all([probe('/'), probe('/health')]).finally(() => {
    over = true
  })
  const posts = await postLargeBodies(started, () => over)
  const [root, health] = await probed
  await started.stop()
  const bad = posts.find((post) => post.status !== 200)
  if (bad !== undefined) throw new Error(`${contender.name} answered ${bad.status} to a body of ${bodySize} bytes.`)
  // The prober starts later and may end earlier than the last body.
  const probedPosts = posts.filter((post) => (root[0]?.dueAt ?? 0) < post.from && (root.at(-1)?.dueAt ?? 0) > post.to)
  return {
    contender: contender.name,
    posts: probedPosts,
    root: waits(root, probedPosts, posts),
    health: waits(health, probedPosts, posts),
  }
}

/** How long one very large body keeps everyone else waiting. */
export async function runBlocking(options: Options, progress: (line: string) => void): Promise<SuiteResult> {
  const samples: Sample[] = []
  for (const contender of options.contenders.filter((each) => compared.has(each.name))) {
    const sample = await takeSample(contender, options)
    samples.push(sample)
    progress(`25 MiB ${contender.name}: ${sample.root.during.map(figure).join(' ')} ms`)
  }
  const columns: Column<Sample>[] = [
    { title: 'server', text: true, value: (sample) => sample.contender },
    { title: 'bodies', value: (sample) => String(sample.posts.length) },
    { title: 'answered after ms', value: (sample) => figure(median(sample.posts.map((post) => post.to - post.from))) },
    { title: 'worst wait, median ms', value: (sample) => figure(median(sample.root.during)) },
    { title: 'worst of all ms', value: (sample) => figure(Math.max(...sample.root.during)) },
    { title: 'without a body ms', value: (sample) => figure(sample.root.between) },
    { title: '/health, median ms', value: (sample) => figure(median(sample.health.during)) },
  ]
  return {
    title: 'Waiting for GET /, asked every 5 ms, while a 25 MiB body is taken',
    samples,
    tables: [renderTable(columns, samples)],
  }
}
