import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { type Finding, fail, ok, warn } from '../../diagnosis/findings.ts'
import { version } from '../../version.ts'
import type { Gateway } from '../api/gateway.ts'
import type { Io } from '../io.ts'
import { plain } from '../output.ts'
import { askGateway, at, type GatewayAnswer } from './ask.ts'
import { checkBacklog } from './backlog.ts'
import { checkTransport, isThisMachine } from './transport.ts'

/** Seconds by which clocks may differ: answers say whole seconds, and take their time. */
const tolerableSkew = 5

const Health = Type.Object({ status: Type.String() })
const Status = Type.Object({
  version: Type.String(),
  node: Type.String(),
  store: Type.Object({ engine: Type.String(), state: Type.String(), error: Type.Union([Type.String(), Type.Null()]) }),
  warnings: Type.Array(Type.String()),
})

/**
 * What can be said of a running gateway from outside, and with its token from inside. Stores nothing there.
 * @throws {CliError} when nobody answers
 */
export async function checkGateway(io: Io, { url, token }: Gateway): Promise<readonly Finding[]> {
  const base = new URL(url)
  const sentAt = io.now()
  const health = await askGateway(at(base, '/health'))
  const elapsed = io.now() - sentAt
  if (health.status >= 300 && health.status < 400) {
    const target = plain(String(health.headers['location'] ?? 'nowhere'))
    return [
      fail(
        'health',
        `${base.host} redirects to ${target}: senders do not follow that, so give them that URL, and this command too.`,
      ),
    ]
  }
  return [
    healthFinding(base, health),
    clockFinding(health, sentAt, elapsed),
    ...(await checkTransport(base, io.now())),
    ...(await checkInside(base, token?.text ?? null)),
  ]
}

function healthFinding({ host }: URL, { status, json }: GatewayAnswer): Finding {
  const said = Value.Check(Health, json) ? json.status : null
  if (status === 200 && said === 'ok') return ok('health', `${host} takes events.`)
  if (said === 'draining') return warn('health', `${host} is about to stop: a new one should be taking over.`)
  if (said === 'unavailable') {
    return fail(
      'health',
      `${host} cannot store anything, and answers every event 503: see its log for why (a full disk, mostly).`,
    )
  }
  return fail('health', `${host} answers ${status} for /health, as no gateway does: is it the right URL?`)
}

function clockFinding({ headers }: GatewayAnswer, sentAt: number, elapsed: number): Finding {
  const date = Date.parse(String(headers['date'] ?? ''))
  if (Number.isNaN(date)) {
    return warn('clock', 'Its answers have no Date, so its clock cannot be compared: see that NTP runs.')
  }
  // A Date has whole seconds, and was written some time between asking and hearing.
  const skew = (date + 500 - (sentAt + elapsed / 2)) / 1000
  if (Math.abs(skew) <= tolerableSkew + elapsed / 2000) return ok('clock', "Its clock agrees with this machine's.")
  const off = Math.round(Math.abs(skew))
  const say = off > 60 ? fail : warn
  return say(
    'clock',
    `Its clock is ${off} s ${skew > 0 ? 'ahead of' : 'behind'} this machine's: signed times are judged by it, so set it right (NTP), or this one.`,
  )
}

async function checkInside(base: URL, token: string | null): Promise<readonly Finding[]> {
  const open = await askGateway(at(base, '/api/status'))
  const exposure: Finding[] = []
  if (open.status !== 200) exposure.push(ok('exposure', "The operator's API answers nobody without the token."))
  else if (!isThisMachine(base)) {
    const sentence = "The operator's API answers without a token: everybody can read every event. Set ADMIN_TOKEN."
    exposure.push(fail('exposure', sentence))
  }
  const answer = token === null ? open : await askGateway(at(base, '/api/status'), { token })
  if (answer.status === 404) {
    const sentence =
      "It has no operator's API: in production that takes ADMIN_TOKEN. Nobody can see its events or replay them."
    return [...exposure, warn('operator', sentence)]
  }
  if (answer.status !== 200 || !Value.Check(Status, answer.json)) {
    const sentence =
      token === null
        ? 'Set ADMIN_TOKEN, here or in .env, to have its store, its destinations and its warnings looked at too.'
        : `It answers ${answer.status} to the ADMIN_TOKEN set here: it must be the gateway's own.`
    return [...exposure, warn('operator', sentence)]
  }
  return [...exposure, ...statusFindings(answer.json), ...(await checkBacklog(base, token))]
}

function statusFindings({ store, warnings, node, version: running }: typeof Status.static): readonly Finding[] {
  const engine = plain(store.engine, 40)
  const why = store.error === null ? '' : ` (${plain(store.error)})`
  return [
    running === version
      ? ok('version', `It runs posthorn ${version} on Node ${plain(node, 40)}.`)
      : warn('version', `It runs posthorn ${plain(running, 40)}, and this command is of ${version}: use the same.`),
    store.state === 'ready'
      ? ok('engine', `Its store (${engine}) commits.`)
      : fail(
          'engine',
          `Its store (${engine}) is ${plain(store.state, 40)}${why}: free space, or start it anew; until then events are answered 503.`,
        ),
    ...warnings.map((text) => warn('settings', plain(text, 1_000))),
  ]
}
