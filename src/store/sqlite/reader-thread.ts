import { parentPort, workerData } from 'node:worker_threads'
import type { DeliveryFilter, DeliveryQuery, ListQuery, RejectionQuery, StatisticsQuery } from '../types.ts'
import type { DeliveryQueries } from './delivery-queries.ts'
import type { ScanRequest } from './delivery-scan.ts'
import type { DestinationQueries } from './destination-queries.ts'
import type { EventQueries } from './event-queries.ts'
import { openReader, type Reader, type ReaderOptions } from './reader.ts'
import type { RejectionQueries } from './rejection-queries.ts'
import type { FoundDelivery } from './renewal.ts'
import type { StatisticQueries } from './statistic-queries.ts'

export type ReaderQuestion =
  | { readonly ask: 'list'; readonly query: ListQuery }
  | { readonly ask: 'get'; readonly id: string }
  | { readonly ask: 'attempts'; readonly id: string }
  | { readonly ask: 'changes'; readonly after: string; readonly limit: number }
  | { readonly ask: 'newest' }
  | { readonly ask: 'deliveries'; readonly query: DeliveryQuery }
  | { readonly ask: 'countDeliveries'; readonly filter: DeliveryFilter; readonly after: string | undefined }
  | { readonly ask: 'findDeliveries' | 'findEvents'; readonly request: ScanRequest }
  | { readonly ask: 'destinations' }
  | { readonly ask: 'rejections'; readonly query: RejectionQuery }
  | { readonly ask: 'rejection'; readonly id: string }
  | { readonly ask: 'statistics'; readonly query: StatisticsQuery }
  | { readonly ask: 'checkpoint' }

interface FoundPage {
  readonly found: readonly FoundDelivery[]
  readonly next: string | null
}

/** What each question is answered with. */
export interface ReaderAnswers {
  readonly list: ReturnType<EventQueries['list']>
  readonly get: ReturnType<EventQueries['get']>
  readonly attempts: ReturnType<EventQueries['attempts']>
  readonly changes: ReturnType<EventQueries['changes']>
  readonly newest: ReturnType<EventQueries['newest']>
  readonly deliveries: ReturnType<DeliveryQueries['page']>
  readonly countDeliveries: ReturnType<DeliveryQueries['count']>
  readonly findDeliveries: FoundPage
  readonly findEvents: FoundPage
  readonly destinations: ReturnType<DestinationQueries>
  readonly rejections: ReturnType<RejectionQueries['list']>
  readonly rejection: ReturnType<RejectionQueries['get']>
  readonly statistics: ReturnType<StatisticQueries>
  readonly checkpoint: ReturnType<Reader['checkpoint']>
}

export type ToReader = { readonly id: number; readonly question: ReaderQuestion } | 'close'

export interface FromReader {
  readonly id: number
  readonly answer?: unknown
  readonly error?: string
}

if (parentPort !== null) serve(parentPort, workerData)

function serve(port: NonNullable<typeof parentPort>, options: ReaderOptions): void {
  const reader = openReader(options)
  const answer = (question: ReaderQuestion): unknown => {
    switch (question.ask) {
      case 'list':
        return reader.events.list(question.query)
      case 'get':
        return reader.events.get(question.id)
      case 'attempts':
        return reader.events.attempts(question.id)
      case 'changes':
        return reader.events.changes(question.after, question.limit)
      case 'newest':
        return reader.events.newest()
      case 'deliveries':
        return reader.deliveries.page(question.query)
      case 'countDeliveries':
        return reader.deliveries.count(question.filter, question.after)
      case 'findDeliveries':
        return reader.deliveries.find(question.request)
      case 'findEvents':
        return reader.events.find(question.request)
      case 'destinations':
        return reader.destinations()
      case 'rejections':
        return reader.rejections.list(question.query)
      case 'rejection':
        return reader.rejections.get(question.id)
      case 'statistics':
        return reader.statistics(question.query)
      case 'checkpoint':
        return reader.checkpoint()
    }
  }
  port.on('message', (message: ToReader) => {
    if (message === 'close') {
      reader.close()
      port.close()
      return
    }
    const { id, question } = message
    try {
      port.postMessage({ id, answer: answer(question) } satisfies FromReader)
    } catch (error) {
      port.postMessage({ id, error: error instanceof Error ? error.message : String(error) } satisfies FromReader)
    }
  })
}
