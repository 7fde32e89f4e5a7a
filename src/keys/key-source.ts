import { hash } from 'node:crypto'
import { compilePointer } from '../events/json-pointer.ts'
import type { HttpsAnswer, HttpsClient, HttpsRequest } from '../net/https-client.ts'
import type { KeySource } from '../providers/types.ts'
import { type Account, fillIn } from '../verification/accounts.ts'
import type { KeyType } from '../verification/public-keys.ts'
import { type AccessToken, createAccessToken } from './access-token.ts'
import { compileAnswer } from './answers.ts'
import type { KeyService } from './service.ts'
import type { KeyQuestion, KeySet } from './types.ts'

/** The longest that a request waits for its key, in milliseconds. */
const maxWaitMs = 3_000

export interface KeySourceContext {
  readonly account: Account
  /** The provider's name. */
  readonly service: string
  readonly type: KeyType
  /** How long the sender waits for its answer; null: not known. */
  readonly deadlineSeconds: number | null
}

/** Compiles one account's way to its keys. `keyId` null: the source has one set for all requests. */
export function compileKeySource(
  source: KeySource,
  { account, service, type, deadlineSeconds }: KeySourceContext,
  keys: KeyService,
): (keyId: string | null) => KeyQuestion {
  const client = source.network === 'operator' ? keys.operatorClient : keys.publicClient
  // Half of it: the event is yet to be stored, and the sender to be answered.
  const timeoutMs = Math.min(maxWaitMs, (deadlineSeconds ?? Number.POSITIVE_INFINITY) * 500)
  const read = compileAnswer(source.answer, type)
  const isUnknown = compileUnknown(source)
  const accessToken = compileToken(source, account, client, keys.now)
  const freshMs = source.cacheSeconds * 1000
  // Credentials decide what is answered, so they are part of the name, unreadably.
  const asks = source.post !== undefined || source.token !== undefined
  const whose = asks ? hash('sha256', JSON.stringify(account), 'base64url') : ''
  const oneSet = source.answer.kind === 'jwks' || source.id === undefined

  function requestFor(keyId: string | null, authorization: string | null): HttpsRequest {
    const values = keyId === null ? {} : { id: keyId }
    const url = fillIn(source.url, account, values)
    const headers: Record<string, string> = { accept: 'application/json, application/x-pem-file, */*;q=0.1' }
    if (authorization !== null) headers['authorization'] = authorization
    if (source.post === undefined) return { url, headers, timeoutMs }
    headers['content-type'] = 'application/json'
    const body = Object.entries(source.post).map(([name, value]) => [name, fillIn(value, account, values)])
    return { url, method: 'POST', headers, body: JSON.stringify(Object.fromEntries(body)), timeoutMs }
  }

  async function ask(keyId: string | null): Promise<HttpsAnswer> {
    if (accessToken === null) return client.request(requestFor(keyId, null))
    const answer = await client.request(requestFor(keyId, `Bearer ${await accessToken.get(timeoutMs)}`))
    if (answer.status !== 401) return answer
    // It may have been withdrawn before its end.
    accessToken.drop()
    return client.request(requestFor(keyId, `Bearer ${await accessToken.get(timeoutMs)}`))
  }

  async function fetch(keyId: string | null): Promise<KeySet | null> {
    const answer = await within(timeoutMs, ask(keyId))
    if (answer.status === 200) return read(answer.text, keyId)
    if (keyId !== null && isUnknown(answer)) return null
    const { host } = new URL(fillIn(source.url, account, { id: keyId ?? '' }))
    throw new Error(`${host} answered ${answer.status}`)
  }

  return (keyId) => ({
    name: [service, type, whose, fillIn(source.url, account, { id: keyId ?? '' }), oneSet ? '' : keyId].join(' '),
    service,
    keyId,
    freshMs,
    fetch: () => fetch(oneSet ? null : keyId),
  })
}

/** One limit for all requests that it takes to get a key. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs / 1000} s`)), timeoutMs)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

function compileUnknown({ unknown }: KeySource): (answer: HttpsAnswer) => boolean {
  const read = unknown === undefined ? null : compilePointer(unknown.at)
  return ({ status, text }) => {
    if (status === 404 || status === 410) return true
    if (unknown === undefined || read === null || status !== unknown.status) return false
    try {
      return read(JSON.parse(text)) === unknown.is
    } catch {
      return false
    }
  }
}

function compileToken(
  { token }: KeySource,
  account: Account,
  client: HttpsClient,
  now: () => number,
): AccessToken | null {
  if (token === undefined) return null
  const { url, user, password, scope } = token
  const request = {
    url: fillIn(url, account),
    user: fillIn(user, account),
    password: fillIn(password, account),
    scope,
  }
  return createAccessToken(client, request, now)
}
