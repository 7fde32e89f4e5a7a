import type { TestContext } from 'node:test'
import type { Destination } from '../../src/delivery/types.ts'
import type { Store } from '../../src/store/types.ts'
import { buildTestApp, type TestApp } from '../support/app.ts'
import { destination } from '../unit/delivery/support.ts'

export const token = 'f00dcafe'.repeat(8)

export interface Api extends TestApp {
  get(path: string): Promise<Answer>
  send(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer>
  /** Stores an event and gives its id. */
  post(type: string, body?: string, headers?: Record<string, string>): Promise<string>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, unknown>>
  /** Parsed; undefined for an answer without. */
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is tested
  readonly json: any
  readonly text: string
}

export const places: readonly Destination[] = [destination('app'), destination('crm/hooks')]

/** The operator's API over a real store, with two destinations to which nothing is delivered. */
export async function openApi(
  t: TestContext,
  env: Readonly<Record<string, string>> = {},
  replace?: (store: Store) => Store,
): Promise<Api> {
  const built = await buildTestApp(t, { ADMIN_TOKEN: token, ...env }, replace, undefined, places)
  const { app } = built
  const authorization = `Bearer ${token}`

  async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, body?: unknown): Promise<Answer> {
    const payload = body === undefined ? {} : { payload: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const answer = await app.inject({ method, url, headers: { authorization, ...type }, ...payload })
    const isJson = String(answer.headers['content-type']).startsWith('application/json')
    const json = isJson ? answer.json() : undefined
    return { status: answer.statusCode, headers: answer.headers, json, text: answer.body }
  }

  return {
    ...built,
    get: (path) => ask('GET', path),
    send: ask,
    async post(type, body = '{}', headers = {}) {
      const answer = await app.inject({
        method: 'POST',
        url: `/webhook/${type}`,
        payload: body,
        headers: { 'content-type': 'application/json', ...headers },
      })
      return answer.json().id
    },
  }
}
