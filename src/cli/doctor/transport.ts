import { connect } from 'node:tls'
import { type Finding, fail, ok, warn } from '../../diagnosis/findings.ts'
import { askGateway, at } from './ask.ts'

const DAY_MS = 86_400_000
const tlsMs = 10_000
/** Authorities renew before this. */
const leastDays = 14

export function isThisMachine({ hostname }: URL): boolean {
  return /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(hostname)
}

/** TLS, and what becomes of a POST to http://. */
export async function checkTransport(base: URL, now: number): Promise<readonly Finding[]> {
  if (base.protocol === 'https:') return [await certificateFinding(base, now), ...(await redirectFinding(base))]
  // A name without a dot is of a private network.
  if (isThisMachine(base) || !base.hostname.includes('.')) return []
  const sentence = `${base.host} was asked over http: senders should be given an https:// URL, or everybody on the way can read events.`
  return [warn('tls', sentence)]
}

/** How long its certificate lasts; that it is trusted has been seen by now. */
async function certificateFinding({ hostname, port, host }: URL, now: number): Promise<Finding> {
  const end = await new Promise<number>((resolve) => {
    const name = hostname.replace(/^\[|\]$/g, '')
    const target = { host: name, port: port === '' ? 443 : Number(port), servername: name, timeout: tlsMs }
    const socket = connect(target, () => {
      resolve(Date.parse(socket.getPeerCertificate().valid_to))
      socket.destroy()
    })
    const failed = () => {
      resolve(Number.NaN)
      socket.destroy()
    }
    socket.once('error', failed).once('timeout', failed)
  })
  return certificateAge(host, Math.floor((end - now) / DAY_MS))
}

/** @param days that it still lasts; NaN: nobody knows */
export function certificateAge(host: string, days: number): Finding {
  if (Number.isNaN(days)) return warn('tls', `The certificate of ${host} could not be looked at.`)
  if (days >= leastDays) return ok('tls', `The certificate of ${host} is trusted, and lasts ${days} more days.`)
  return fail('tls', `The certificate of ${host} ends in ${days} days: renew it, or senders stop delivering.`)
}

/** Whether a POST to http:// would arrive as a GET. */
async function redirectFinding(base: URL): Promise<readonly Finding[]> {
  if (base.port !== '') return []
  const plainUrl = at(base, '/health')
  plainUrl.protocol = 'http:'
  const answer = await askGateway(plainUrl, { method: 'POST' }).catch(() => null)
  return [redirectAnswer(answer?.status ?? null)]
}

/** @param status that a POST to http:// is answered; null: nobody answers */
export function redirectAnswer(status: number | null): Finding {
  if (status === null) return ok('redirect', 'Nothing listens on http://, so no POST can be lost there.')
  if (status === 301 || status === 302 || status === 303) {
    return warn(
      'redirect',
      `http:// is redirected with ${status}, which turns a sender's POST into a GET without a body: give every sender the https:// URL, or let the proxy answer 308.`,
    )
  }
  if (status === 307 || status === 308) {
    return ok(
      'redirect',
      `http:// is redirected with ${status}, which keeps a POST; most senders do not follow it, so give them the https:// URL.`,
    )
  }
  return warn(
    'redirect',
    'Events are taken over http:// too, where everybody on the way can read them: let the proxy redirect it with 308.',
  )
}
