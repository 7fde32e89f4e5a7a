import type { HttpsClient } from '../net/https-client.ts'

/** Milliseconds before its end at which a token is no longer used. */
const marginMs = 60_000
/** RFC 6749 section 5.1: where the server says nothing. */
const defaultSeconds = 600

export interface TokenRequest {
  readonly url: string
  readonly user: string
  readonly password: string
  readonly scope: string
}

/** An OAuth 2.0 access token of an application's own (RFC 6749 section 4.4), kept until it ends. */
export interface AccessToken {
  /** Rejects with one sentence for the operator. */
  get(timeoutMs: number): Promise<string>
  /** Called when a server refused it. */
  drop(): void
}

/** `now`: Unix milliseconds. */
export function createAccessToken(
  client: HttpsClient,
  { url, user, password, scope }: TokenRequest,
  now: () => number,
): AccessToken {
  let kept: { readonly token: string; readonly until: number } | null = null
  let underWay: Promise<string> | null = null

  async function fetchToken(timeoutMs: number): Promise<string> {
    const credentials = [user, password].map(encodeURIComponent).join(':')
    const { status, text } = await client.request({
      url,
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(credentials).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: new URLSearchParams({ grant_type: 'client_credentials', scope }).toString(),
      timeoutMs,
    })
    if (status === 400 || status === 401) throw new Error(`its server refused the credentials (${status})`)
    if (status !== 200) throw new Error(`its server gave no access token (${status})`)
    const { token, seconds } = readToken(text)
    kept = { token, until: now() + seconds * 1000 - marginMs }
    return token
  }

  return {
    get(timeoutMs) {
      if (kept !== null && now() < kept.until) return Promise.resolve(kept.token)
      underWay ??= fetchToken(timeoutMs).finally(() => {
        underWay = null
      })
      return underWay
    },
    drop() {
      kept = null
    },
  }
}

function readToken(text: string): { readonly token: string; readonly seconds: number } {
  let answer: unknown
  try {
    answer = JSON.parse(text)
  } catch {
    answer = null
  }
  const { access_token: token, expires_in: seconds } =
    typeof answer === 'object' && answer !== null ? record(answer) : {}
  // What goes into a header must not end it.
  if (typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) throw new Error('its server gave no access token')
  return { token, seconds: typeof seconds === 'number' ? seconds : defaultSeconds }
}

function record(value: object): { readonly access_token?: unknown; readonly expires_in?: unknown } {
  return value
}
