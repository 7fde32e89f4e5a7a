import { sessionEnded } from './session.ts'

/** Why something was not done, in words for whoever looks at the page. */
export class ApiProblem extends Error {
  /** 0: nobody answered. */
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.name = 'ApiProblem'
    this.status = status
  }
}

export interface Question {
  readonly body?: unknown
  readonly signal?: AbortSignal
}

type Query = Readonly<Record<string, string | number | undefined>>

/**
 * Asks the operator's API, as whoever is signed in.
 * @throws {ApiProblem} with the API's own words
 */
export async function ask<T>(
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  { body, signal }: Question = {},
): Promise<T> {
  let answer: Response
  try {
    answer = await fetch(path, {
      method,
      credentials: 'same-origin',
      cache: 'no-store',
      // Only a page of the same origin can send it.
      headers: {
        'x-posthorn-request': 'console',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new ApiProblem(0, 'The gateway does not answer. Check that it runs and that you are connected.')
  }
  if (answer.status === 401) sessionEnded()
  if (!answer.ok) throw new ApiProblem(answer.status, await wordsOf(answer))
  if (answer.status === 204) return JSON.parse('null')
  return answer.json()
}

async function wordsOf(answer: Response): Promise<string> {
  try {
    const said: unknown = await answer.json()
    if (typeof said === 'object' && said !== null && 'error' in said && typeof said.error === 'string')
      return said.error
  } catch {
    // Something in between answered, a proxy perhaps.
  }
  return `The gateway answered ${answer.status}.`
}

/** A path with its query; what is undefined or empty is left out. */
export function withQuery(path: string, query: Query): string {
  const text = new URLSearchParams(givenOf(query)).toString()
  return text === '' ? path : `${path}?${text}`
}

/** Without what is undefined, null or empty. */
export function givenOf(values: Readonly<Record<string, string | number | null | undefined>>): Record<string, string> {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== null && value !== '') given[name] = String(value)
  }
  return given
}

export function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
