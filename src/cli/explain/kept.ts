import { Type } from '@sinclair/typebox'
import { EventDetail, RejectionDetail } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { type Output, plain } from '../output.ts'
import type { ExplainOptions } from './options.ts'
import { report } from './report.ts'

/** A request that a gateway has: one that it rejected (`rej_…`) or took (`evt_…`). */
export function explainKept(io: Io, id: string, options: ExplainOptions, output: Output): Promise<ExitCode> {
  return withClient(io, options, (client) =>
    id.startsWith('rej_') ? explainRejection(client, id, output) : explainEvent(client, id, output),
  )
}

async function explainRejection(client: Client, id: string, output: Output): Promise<ExitCode> {
  const { diagnosis, method, url, source, bodySize, body } = await client.get(`/rejections/${id}`, RejectionDetail)
  if (diagnosis === null) {
    throw new CliError('the gateway could not look into it: see its log', null, exitCodes.unexpected)
  }
  report(output, {
    diagnosis,
    request: `${method} ${url}`,
    source: source ?? 'none',
    bytes: bodySize,
    notes: diagnosis.cause === 'genuine' && body !== null ? [`To release it: posthorn release ${id}`] : [],
  })
  return diagnosis.cause === 'genuine' ? exitCodes.ok : exitCodes.unexpected
}

const Event = Type.Pick(EventDetail, ['id', 'source', 'type', 'duplicates', 'conflict', 'repeated', 'deliveries'])

async function explainEvent(client: Client, id: string, output: Output): Promise<ExitCode> {
  const event = await client.get(`/events/${id}`, Event)
  const { source, type, duplicates, conflict, repeated, deliveries } = event
  const sentences = [
    `It was taken as ${plain(type)} of source "${plain(source)}".`,
    ...(duplicates > 0 ? [`It came ${duplicates} more times, and was answered as a duplicate.`] : []),
    ...(conflict ? ['Once it came with other bytes under the same id: the first ones count.'] : []),
    ...(repeated ? ['The same signed bytes came before under another id.'] : []),
    ...deliveries.map(
      ({ destination, state, attempts, lastError }) =>
        `${plain(destination)}: ${state} after ${attempts} attempts${lastError === null ? '' : ` (${plain(lastError)})`}.`,
    ),
  ]
  output.document({ id, genuine: true, source, type, sentences })
  output.line(output.style('green', 'genuine'))
  for (const sentence of sentences) output.line(sentence)
  return exitCodes.ok
}
