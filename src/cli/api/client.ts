import type { IncomingHttpHeaders } from 'node:http'
import { type Static, type TSchema, Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { Agent, type Dispatcher } from 'undici'
import { version } from '../../version.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'
import type { Gateway } from './gateway.ts'
import { refusedError, UnreachableError } from './refusal.ts'

/** What is asked for beside the path; undefined is left out. */
export type Query = Readonly<Record<string, string | number | undefined>>

/**
 * A gateway's operator API: docs/api.md. Every function throws a `CliError` where the gateway cannot be reached, a
 * `RefusedError` where it does not do what it is asked.
 */
export interface Client {
  readonly gateway: Gateway
  /** Answers are checked: another version may answer something else. */
  get<T extends TSchema>(path: string, schema: T, query?: Query): Promise<Static<T>>
  post<T extends TSchema>(path: string, schema: T, body: unknown): Promise<Static<T>>
  remove<T extends TSchema>(path: string, schema: T): Promise<Static<T>>
  bytes(path: string): Promise<Buffer>
  /** An answer that goes on for as long as the signal lets it, or until nothing comes for `silenceMs`. */
  stream(path: string, query: Query, signal: AbortSignal, silenceMs: number): Promise<Dispatcher.ResponseData['body']>
  close(): Promise<void>
}

/** To connect, in milliseconds. */
const connectMs = 10_000
/** Counting what a job would change may take its time on a large store. */
const answerMs = 300_000

const Status = Type.Object({ version: Type.String() })

export function createClient(gateway: Gateway): Client {
  const { origin, pathname } = new URL(gateway.url)
  const base = pathname === '/' ? '' : pathname
  const agent = new Agent({ connect: { timeout: connectMs }, headersTimeout: answerMs, bodyTimeout: answerMs })
  const common: Record<string, string> = { 'user-agent': `posthorn/${version}` }
  if (gateway.token !== null) common['authorization'] = `Bearer ${gateway.token.text}`

  async function exchange(
    method: Dispatcher.HttpMethod,
    path: string,
    { query = {}, body, signal, silenceMs = answerMs }: Exchange = {},
  ): Promise<Dispatcher.ResponseData> {
    const search = new URLSearchParams()
    for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
    const answer = await reach(() =>
      agent.request({
        origin,
        method,
        path: `${base}/api${path}${search.size === 0 ? '' : `?${search}`}`,
        headers: body === undefined ? common : { ...common, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
        bodyTimeout: silenceMs,
        ...(signal === undefined ? {} : { signal }),
      }),
    )
    if (answer.statusCode >= 200 && answer.statusCode < 300) return answer
    const refusal = { status: answer.statusCode, headers: answer.headers as IncomingHttpHeaders, path: `/api${path}` }
    const text = await reach(() => answer.body.text())
    throw refusedError(gateway, { ...refusal, text }, refusal.status === 404 ? await versionBehind(path) : null)
  }

  async function reach<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work()
    } catch (error) {
      if (error instanceof Error && error.name === 'AbortError') throw error
      throw new UnreachableError(gateway.host, error)
    }
  }

  /** Whether there is an API that only lacks what was asked for. */
  async function versionBehind(path: string): Promise<string | null> {
    if (path === '/status') return null
    try {
      return (await get('/status', Status)).version
    } catch {
      return null
    }
  }

  async function read<T extends TSchema>(answer: Dispatcher.ResponseData, path: string, schema: T): Promise<Static<T>> {
    const text = await reach(() => answer.body.text())
    const value = parsed(text)
    if (Value.Check(schema, value)) return value
    throw new CliError(
      `${gateway.host} answers for /api${path} what posthorn ${version} does not understand`,
      "Is the URL the gateway's own, and is it of the same version as this command?",
      exitCodes.unexpected,
    )
  }

  async function get<T extends TSchema>(path: string, schema: T, query: Query = {}): Promise<Static<T>> {
    return read(await exchange('GET', path, { query }), path, schema)
  }

  return {
    gateway,
    get,
    async post(path, schema, body) {
      return read(await exchange('POST', path, { body }), path, schema)
    },
    async remove(path, schema) {
      return read(await exchange('DELETE', path), path, schema)
    },
    async bytes(path) {
      const answer = await exchange('GET', path)
      return Buffer.from(await reach(() => answer.body.arrayBuffer()))
    },
    async stream(path, query, signal, silenceMs) {
      return (await exchange('GET', path, { query, signal, silenceMs })).body
    },
    close: () => agent.destroy(),
  }
}

interface Exchange {
  readonly query?: Query
  readonly body?: unknown
  readonly signal?: AbortSignal
  readonly silenceMs?: number
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
