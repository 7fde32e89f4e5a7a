import type { GatewayOptions } from '../api/gateway.ts'
import { SeenOverview } from '../api/overview-answers.ts'
import { withClient } from '../api/with-client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain } from '../output.ts'
import { factLines } from '../show/facts.ts'
import { bytesText, counted, countText, measuredText, percentText } from '../show/quantity.ts'
import { relative, span } from '../show/time.ts'

/** What `posthorn status` was told. */
export interface StatusOptions extends GatewayOptions {
  readonly json?: true
}

/** Minutes that the totals go back. */
const minutes = 60

export function showStatus(io: Io, options: StatusOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const overview = await client.get('/overview', SeenOverview, { minutes })
    output.document(overview)
    const heading = `${output.style('bold', client.gateway.host)}  posthorn ${plain(overview.version, 40)}`
    output.line(`${heading}, up since ${span(overview.uptimeSeconds * 1_000)}`)
    for (const line of statusLines(output, overview, io.now())) output.line(line)
    const isWell = overview.store.state === 'ready' && overview.warnings.every(({ level }) => level !== 'critical')
    return isWell ? exitCodes.ok : exitCodes.unexpected
  })
}

function statusLines(output: Output, overview: SeenOverview, now: number): readonly string[] {
  return [
    '',
    output.style('bold', 'Store'),
    ...factLines(output, [
      ['State', stateText(output, overview)],
      ['Engine', plain(overview.store.engine, 60)],
      ['Durability', plain(overview.store.durability, 500)],
      ['Replicas', overview.store.replicas === null ? null : countText(overview.store.replicas)],
      ['Disk', diskText(overview)],
    ]),
    '',
    output.style('bold', 'Deliveries'),
    ...factLines(output, [
      ['Pending', pendingText(output, overview, now)],
      ['Leased', countText(overview.backlog.leased)],
      ['Dead', overview.backlog.dead > 0 ? output.style('red', countText(overview.backlog.dead)) : '0'],
    ]),
    '',
    output.style('bold', 'Last hour'),
    ...factLines(output, lastHour(output, overview)),
    ...warningLines(output, overview),
  ]
}

function stateText(output: Output, { store: { state, error, waiting } }: SeenOverview): string {
  const text = output.style(state === 'ready' ? 'green' : 'red', plain(state, 40))
  const why = error === null ? '' : `: ${plain(error, 500)}`
  return `${text}${why}${waiting.events > 0 ? `, ${counted(waiting.events, 'event')} not committed yet` : ''}`
}

function diskText({ store: { disk } }: SeenOverview): string | null {
  if (disk === null) return null
  const share = disk.size > 0 ? ` (${percentText(disk.free / disk.size)})` : ''
  return `${bytesText(disk.free)} of ${bytesText(disk.size)} free${share}`
}

function pendingText(output: Output, { backlog }: SeenOverview, now: number): string {
  const { pending, retrying, oldestDueAt, ageSeconds } = backlog
  const tried = retrying > 0 ? `, ${countText(retrying)} of them retrying` : ''
  if (pending === 0 || oldestDueAt === null) return `${countText(pending)}${tried}`
  const oldest = ageSeconds > 0 ? `due for ${span(ageSeconds * 1_000)}` : `due ${relative(oldestDueAt, now)}`
  return `${countText(pending)}${tried}, the oldest ${ageSeconds > 60 ? output.style('yellow', oldest) : oldest}`
}

function lastHour(output: Output, { totals }: SeenOverview): readonly (readonly [string, string])[] {
  const { accepted, duplicates, rejected, done, retry, dead, successRate, answers } = totals
  const rejections = `${countText(rejected)} rejected`
  const rate = successRate === null ? 'no attempt' : percentText(successRate)
  return [
    [
      'Events',
      `${countText(accepted)} accepted, ${counted(duplicates, 'duplicate')}, ${rejected > 0 ? output.style('yellow', rejections) : rejections}`,
    ],
    ['Attempts', `${countText(done)} done, ${countText(retry)} retry, ${countText(dead)} dead`],
    ['Success rate', (successRate ?? 1) < 0.99 ? output.style('yellow', rate) : rate],
    [
      'Answered in',
      answers === null
        ? 'nothing was answered'
        : `${measuredText(answers.p50)} (half), ${measuredText(answers.p95)} (95 %), ${measuredText(answers.p99)} (99 %), ${measuredText(answers.max)} at most`,
    ],
  ]
}

function warningLines(output: Output, { warnings }: SeenOverview): readonly string[] {
  if (warnings.length === 0) return ['', 'No warnings.']
  // The gateway has put the worst first.
  const lines = warnings.map(({ level, text }) => {
    const mark = level === 'critical' ? output.style('red', '✗') : output.style('yellow', '!')
    return `${mark}  ${plain(text, 2_000)}`
  })
  return ['', output.style('bold', counted(warnings.length, 'warning')), ...lines]
}
