import { request } from 'undici'
import { describeFailure } from '../../net/failures.ts'
import { CliError } from '../errors.ts'
import { exitCodes } from '../exit-codes.ts'

/** Milliseconds to wait for a gateway. */
const answerMs = 15_000

/** A gateway's answer; `json` is undefined where it is none. */
export interface GatewayAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly json: unknown
}

/**
 * Asks a gateway, whatever it answers; redirects are not followed.
 * @throws {CliError} when nobody answers
 */
export async function askGateway(
  url: URL,
  { method = 'GET', token = null }: { readonly method?: 'GET' | 'POST'; readonly token?: string | null } = {},
): Promise<GatewayAnswer> {
  try {
    const answer = await request(url, {
      method,
      headers: token === null ? {} : { authorization: `Bearer ${token}` },
      headersTimeout: answerMs,
      bodyTimeout: answerMs,
    })
    const text = await answer.body.text()
    return { status: answer.statusCode, headers: answer.headers, json: parsed(text) }
  } catch (error) {
    throw new CliError(describeFailure(error, url.host), 'Is --url the gateway that you mean?', exitCodes.unreachable)
  }
}

/** A path below the URL of a gateway. */
export function at(base: URL, path: string): URL {
  return new URL(base.pathname.replace(/\/$/, '') + path, base)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
