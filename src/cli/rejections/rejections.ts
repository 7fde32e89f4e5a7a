import { Type } from '@sinclair/typebox'
import {
  next,
  Rejection,
  RejectionDetail,
  type RejectionDetailView,
  type RejectionView,
} from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import type { GatewayOptions } from '../api/gateway.ts'
import { pages } from '../api/pages.ts'
import { withClient } from '../api/with-client.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'
import { bytesOf, headerOf, showBody } from '../show/body.ts'
import { bytesText } from '../show/quantity.ts'
import { localTime, relative } from '../show/time.ts'

/** What `posthorn rejections` was told. */
export interface RejectionsOptions extends GatewayOptions {
  readonly source?: string
  readonly cause?: string
  /** ISO 8601. */
  readonly from?: string
  readonly until?: string
  readonly limit: number
  readonly json?: true
}

/** A gateway of an earlier version finds no causes. */
const SeenRejection = Type.Composite([
  Type.Omit(RejectionDetail, ['diagnosis']),
  Type.Partial(Type.Pick(RejectionDetail, ['diagnosis'])),
])
type SeenRejection = Omit<RejectionDetailView, 'diagnosis'> & Partial<Pick<RejectionDetailView, 'diagnosis'>>

export function showRejections(io: Io, id: string | undefined, options: RejectionsOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    if (id === undefined) return list(client, output, options)
    const rejection = await client.get(`/rejections/${encodeURIComponent(id)}`, SeenRejection)
    output.document(rejection)
    for (const line of detailLines(output, rejection, io.now())) output.line(line)
    return exitCodes.ok
  })
}

const schema = Type.Object({ rejections: Type.Array(Rejection), next })

async function list(client: Client, output: Output, options: RejectionsOptions): Promise<ExitCode> {
  const { source, cause, from, until, limit } = options
  const query = { source, cause, from, to: until }
  const read = (answer: { rejections: RejectionView[]; next: string | null }) => ({
    items: answer.rejections,
    next: answer.next,
  })
  let count = 0
  for await (const rejections of pages(client, { path: '/rejections', query, limit, schema, read })) {
    if (rejections.length === 0) continue
    const heading = ['REJECTED', 'ID', 'REQUEST', 'SOURCE', 'CAUSE'].map((text) => output.style('bold', text))
    const rows = rejections.map(({ id, receivedAt, method, url, source: of, cause: why, detail }) => [
      localTime(receivedAt),
      output.style('cyan', plain(id, 60)),
      plain(`${method} ${url}`, 60),
      plain(of ?? '', 40),
      output.style('yellow', plain(why, 60)) + (detail === null ? '' : `  ${plain(detail)}`),
    ])
    for (const line of table(count === 0 ? [heading, ...rows] : rows)) output.line(line)
    for (const rejection of rejections) output.record(rejection)
    count += rejections.length
  }
  if (count > 0) return exitCodes.ok
  output.notice('no rejected request is kept that is so.')
  return exitCodes.unexpected
}

function detailLines(output: Output, rejection: SeenRejection, now: number): readonly string[] {
  const { id, method, url, cause, detail, source, receivedAt, remoteAddress, bodySize, headers, body } = rejection
  const why = rejection.diagnosis?.sentence
  const facts = [
    ['Cause', output.style('yellow', plain(cause)) + (detail === null ? '' : `  ${plain(detail, 500)}`)],
    ['Rejected', `${localTime(receivedAt)} (${relative(receivedAt, now)})`],
    ['Source', plain(source ?? 'none')],
    ['From', plain(remoteAddress ?? 'unknown')],
  ].map(([label = '', text = '']) => [output.style('dim', label), text])
  return [
    `${output.style('bold', plain(`${method} ${url}`, 500))}  ${output.style('cyan', plain(id, 60))}`,
    ...table(facts, '  '),
    ...(why === undefined ? [] : ['', plain(why, 2_000)]),
    '',
    output.style('bold', 'Headers'),
    ...headers.map(([name, value]) => `  ${output.style('dim', `${plain(name)}:`)} ${plain(value, 2_000)}`),
    '',
    output.style('bold', `Body, ${bytesText(bodySize)}`),
    body === null ? 'was not kept' : showBody(bytesOf(body), headerOf(headers, 'content-type')),
  ]
}
