import { isDeepStrictEqual } from 'node:util'
import { parentPort, workerData } from 'node:worker_threads'
import type { FilterQuery, SourceConfig } from '../config/types.ts'
import type { FilterVerdict } from '../delivery/filter.ts'
import { bringsSecret } from '../handshakes/tokens.ts'
import type { SignedRequest, Verdict, Verifier } from '../verification/types.ts'
import { type PayloadAnswer, type PayloadQuestion, parseBody, readPayload } from './payload.ts'
import { compileCapturingVerifier, compileSourceVerifier } from './source-verifier.ts'

/**
 * Verifies and reads large bodies beside the event loop: over 25 MiB an HMAC takes 20 ms, and JSON a quarter of a
 * second.
 */
export interface BodyThreadData {
  /** Those that verify. */
  readonly sources: readonly SourceConfig[]
  readonly publicUrl: string | null
  /** By name of destination. */
  readonly filters?: ReadonlyMap<string, FilterQuery>
}

export type ToBodyThread = { readonly id: number } & (
  | {
      readonly task: 'verify'
      readonly source: string
      readonly request: Omit<SignedRequest, 'body'> & { readonly body: Uint8Array }
      readonly nowMs: number
      /** Secrets that the sender brought, beside the configured ones. */
      readonly brought: readonly string[]
    }
  | { readonly task: 'read'; readonly body: Uint8Array; readonly question: PayloadQuestion }
  | {
      readonly task: 'filter'
      readonly destinations: readonly string[]
      readonly headers: Readonly<Record<string, string>>
      readonly body: Uint8Array
      readonly contentType: string | undefined
    }
)

export type FromBodyThread = { readonly id: number } & (
  | { readonly task: 'verify'; readonly answer: Verdict }
  | { readonly task: 'read'; readonly answer: PayloadAnswer }
  | { readonly task: 'filter'; readonly answer: readonly FilterVerdict[] }
)

const { sources, publicUrl, filters }: BodyThreadData = workerData
/** How long the filters of one event may take here: nothing waits behind them but large bodies. */
const filterBudgetMs = 1000
const verifiers = new Map<string, Verifier>()
/** The latest of each source: the same list until there is another secret in it. */
const broughtTo = new Map<string, readonly string[]>()
const noneBrought: readonly string[] = []

parentPort?.on('message', async (message: ToBodyThread) => {
  parentPort?.postMessage(message.task === 'filter' ? await filtered(message) : answerTo(message))
})

async function filtered(message: Extract<ToBodyThread, { task: 'filter' }>): Promise<FromBodyThread> {
  const { askFilters, compileFilter, documentOf } = await import('../delivery/filter.ts')
  const { id, destinations, headers, contentType } = message
  const document = documentOf(headers, parseBody(bufferOver(message.body), contentType))
  const asked = destinations.flatMap((name) => {
    const query = filters?.get(name)
    return query === undefined ? [] : [compileFilter(query)]
  })
  const answer = askFilters(asked, document, filterBudgetMs)
  return { id, task: 'filter', answer }
}

function answerTo(message: Exclude<ToBodyThread, { task: 'filter' }>): FromBodyThread {
  const { id } = message
  if (message.task === 'read')
    return { id, task: 'read', answer: readPayload(bufferOver(message.body), message.question) }
  const { source, request, nowMs, brought } = message
  if (!isDeepStrictEqual(broughtTo.get(source) ?? noneBrought, brought)) broughtTo.set(source, brought)
  const answer = verifierOf(source)({ ...request, body: bufferOver(request.body) }, nowMs)
  return { id, task: 'verify', answer }
}

function verifierOf(name: string): Verifier {
  const known = verifiers.get(name)
  if (known !== undefined) return known
  const config = sources.find((source) => source.name === name)
  const verifier = config === undefined ? null : compile(config)
  if (verifier === null) throw new Error(`source "${name}" verifies nothing`)
  verifiers.set(name, verifier)
  return verifier
}

function compile(config: SourceConfig): Verifier | null {
  if (!bringsSecret(config.provider)) return compileSourceVerifier(config, publicUrl)
  return compileCapturingVerifier(config, publicUrl, { of: (name) => broughtTo.get(name) ?? noneBrought })
}

/** What was posted as a Buffer arrives as a plain array over the same memory. */
function bufferOver(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
