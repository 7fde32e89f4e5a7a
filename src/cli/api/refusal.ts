import type { IncomingHttpHeaders } from 'node:http'
import { describeFailure, failureCode } from '../../net/failures.ts'
import { version } from '../../version.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { plain } from '../show/text.ts'
import type { Gateway } from './gateway.ts'

/** A gateway that did not do what it was asked, as a sentence for people. */
export class RefusedError extends CliError {
  /** HTTP status. */
  readonly status: number

  constructor(status: number, message: string, advice: string | null, exitCode: ExitCode) {
    super(message, advice, exitCode)
    this.status = status
  }
}

/** Nobody was there, or nobody answered. */
export class UnreachableError extends CliError {
  /** The same in a few words, for a line that tells of it again and again. */
  readonly brief: string

  constructor(host: string, error: unknown) {
    super(describeFailure(error, host), 'Say which gateway with --url or POSTHORN_URL.', exitCodes.unreachable)
    this.brief = `${host} cannot be reached (${failureCode(error) ?? 'no answer'})`
  }
}

export interface Refusal {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** The answer's text. */
  readonly text: string
  /** What was asked for, without its query. */
  readonly path: string
}

/** @param running the gateway's own version where it could be asked for; null: it did not say */
export function refusedError(
  { host, token }: Gateway,
  { status, headers, text, path }: Refusal,
  running: string | null,
): RefusedError {
  const said = saidIn(text)
  const make = (message: string, advice: string | null, exitCode: ExitCode = exitCodes.unexpected) =>
    new RefusedError(status, message, advice, exitCode)

  if (status >= 300 && status < 400) {
    const target = URL.parse(headers.location ?? '', `http://${host}`)
    const advice = target === null ? null : `Give --url ${plain(target.origin)} instead.`
    return make(`${host} redirects to another address (${status})`, advice, exitCodes.usage)
  }
  if (status === 401) {
    return token === null
      ? make(
          `${host} wants the operator's token`,
          'Set ADMIN_TOKEN, here or in .env, to the one that the gateway has, or give it with --token-file <path>.',
        )
      : make(
          `${host} does not know the token in ${token.from}`,
          'It must be the ADMIN_TOKEN of that gateway; to look only, its VIEWER_TOKEN will do.',
        )
  }
  if (status === 403) {
    return make(
      `${host}: ${said ?? 'this is not allowed'}`,
      token === null ? null : `The token that was sent is the one in ${token.from}.`,
    )
  }
  if (status === 404 && (said === null || isUnrouted(text))) {
    if (running !== null) {
      return make(
        `${host} runs posthorn ${plain(running, 40)}, which does not know ${path}`,
        `This command is of posthorn ${version}: use the one of the gateway's version, or update the gateway.`,
      )
    }
    return make(
      `${host} has no operator's API`,
      'A gateway in production (NODE_ENV=production) has it only with an ADMIN_TOKEN: set one there. Or is the URL another ' +
        "program's, or the gateway older than this command?",
    )
  }
  if (status === 400) return make(`${host}: ${said ?? 'the request makes no sense to it'}`, null, exitCodes.usage)
  if (said !== null && !isUnrouted(text)) return make(said, laterOf(headers))
  if (status === 502 || status === 503 || status === 504) {
    return make(
      `${host} answered ${status}: the gateway is not up behind its proxy`,
      'Try again in a moment.',
      exitCodes.unreachable,
    )
  }
  return make(`${host} answered ${status}, which the gateway never does here`, 'Is the URL the gateway’s own?')
}

/** Every refusal of the operator's API is `{ error }`. */
function saidIn(text: string): string | null {
  try {
    const answer: unknown = JSON.parse(text)
    if (typeof answer !== 'object' || answer === null || !('error' in answer)) return null
    return typeof answer.error === 'string' ? plain(answer.error, 300) : null
  } catch {
    return null
  }
}

function isUnrouted(text: string): boolean {
  return /"message":"Route [A-Z]+:/.test(text)
}

function laterOf({ 'retry-after': after }: IncomingHttpHeaders): string | null {
  return after !== undefined && /^\d{1,6}$/.test(after) ? `Try again in ${after} s.` : null
}
