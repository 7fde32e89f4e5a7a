import type { Config, SourceConfig } from '../config/types.ts'
import { isOperatorOpen } from '../operator/access.ts'
import { checkDestinations, checkProxies, checkPublicUrl } from './checks-network.ts'
import { type Finding, fail, ok, warn } from './findings.ts'
import { retrySpanMs } from './retry-span.ts'

const DAY_MS = 24 * 60 * 60 * 1000

type Check = (config: Config) => readonly Finding[]

/** In the order in which they matter. */
const checks: readonly Check[] = [
  checkSignatures,
  checkOperator,
  checkPublicUrl,
  checkBodyLimits,
  checkRetention,
  checkTolerance,
  checkDeadlines,
  checkProxies,
  checkDestinations,
  checkDrain,
  checkRejections,
  checkLogs,
  checkSettings,
]

/** What can be said of a configuration without looking at anything else. Pure, and cheap. */
export function checkConfig(config: Config): readonly Finding[] {
  return checks.flatMap((check) => check(config))
}

function sourcesOf({ defaultSource, sources }: Config): readonly SourceConfig[] {
  return [...sources.values(), defaultSource]
}

function namesOf(sources: readonly SourceConfig[]): string {
  return new Intl.ListFormat('en-GB').format(sources.map(({ name }) => `"${name}"`))
}

/** Whether anybody may send what they like. What the settings themselves warn of is in `settings`. */
function checkSignatures({ production, defaultSource, defaultSourceOpen, sources }: Config): readonly Finding[] {
  const open = defaultSourceOpen && defaultSource.secrets === null
  if (!open) {
    const verified = [...sources.values()].filter(({ secrets }) => secrets !== null).length
    const named =
      verified === 1
        ? 'One source is verified by a secret or key of its own'
        : `${verified} sources are verified by secrets or keys of their own`
    if (defaultSource.secrets === null) return [ok('signatures', `${named}, and every other path rejects its events.`)]
    const whole =
      verified === 0 ? 'Every path is verified by WEBHOOK_SECRET.' : `${named}, and every other path by WEBHOOK_SECRET.`
    return [ok('signatures', whole)]
  }
  // The settings warn of it.
  if (!production || defaultSource.allow !== null) return []
  return [
    fail(
      'signatures',
      'No secret is set in production: whoever knows the address can make up events. Set WEBHOOK_SECRET or <SOURCE>_WEBHOOK_SECRET.',
    ),
  ]
}

function checkOperator(config: Config): readonly Finding[] {
  if (config.adminToken !== null) return [ok('operator', 'API and console are open to who has ADMIN_TOKEN.')]
  if (config.viewerToken !== null) {
    return [
      ok(
        'operator',
        'API and console are open to who has VIEWER_TOKEN, to look only; set ADMIN_TOKEN to replay from elsewhere.',
      ),
    ]
  }
  if (isOperatorOpen(config)) {
    return [
      ok('operator', 'API and console are open to this machine alone; set ADMIN_TOKEN to reach them from elsewhere.'),
    ]
  }
  return [
    warn(
      'operator',
      'ADMIN_TOKEN is not set, so in production there is neither API nor console: set it (openssl rand -hex 32) to see events and to replay them.',
    ),
  ]
}

/** A limit below what a sender documents is in `settings`; here, one that lets strangers make the gateway work. */
function checkBodyLimits(config: Config): readonly Finding[] {
  const large = sourcesOf(config).filter(
    ({ bodyLimit, provider }) => bodyLimit > 64 * 1024 * 1024 && bodyLimit > (provider.bodyLimit ?? 0),
  )
  if (large.length > 0) {
    return [
      warn(
        'body-limit',
        `Bodies of more than 64 MiB are taken from ${namesOf(large)}, which no sender sends: lower BODY_LIMIT.`,
      ),
    ]
  }
  const small = sourcesOf(config).filter(({ bodyLimit, provider }) => bodyLimit < (provider.bodyLimit ?? 0))
  return small.length > 0 ? [] : [ok('body-limit', 'Every source takes bodies as large as its sender sends them.')]
}

/** A sender that tries again after its id is forgotten has its event stored twice. */
function checkRetention(config: Config): readonly Finding[] {
  const { dedupRetentionMs } = config
  const late = sourcesOf(config).flatMap(({ name, provider }) => {
    const span = retrySpanMs(provider.retries)
    return span !== null && span > dedupRetentionMs ? [{ name, title: provider.title, span }] : []
  })
  const days = Math.round(dedupRetentionMs / DAY_MS)
  if (late.length === 0) return [ok('retention', `Ids are kept for ${days} days, longer than any sender here retries.`)]
  return late.map(({ name, title, span }) =>
    warn(
      'retention',
      `${title} (source "${name}") tries again for up to ${Math.ceil(span / DAY_MS)} days, but ids are kept for ${days}: ` +
        'what comes later is stored twice; raise DEDUP_RETENTION_DAYS.',
    ),
  )
}

const LEAST_TOLERANCE = 30
const MOST_TOLERANCE = 3600

function checkTolerance(config: Config): readonly Finding[] {
  return sourcesOf(config).flatMap(({ name, toleranceSeconds }) => {
    if (toleranceSeconds === null) return []
    if (toleranceSeconds < LEAST_TOLERANCE) {
      return [
        warn(
          'tolerance',
          `Source "${name}" tolerates ${toleranceSeconds} s: honest events are rejected where the network is slow or a clock a little off; use 300.`,
        ),
      ]
    }
    if (toleranceSeconds <= MOST_TOLERANCE) return []
    return [
      warn(
        'tolerance',
        `Source "${name}" tolerates ${toleranceSeconds} s: whoever recorded a request may send it again that long after; use 300.`,
      ),
    ]
  })
}

/** A sender that has hung up before it is answered sends again. */
function checkDeadlines(config: Config): readonly Finding[] {
  const { storeTimeoutMs } = config
  const hasty = sourcesOf(config).filter(
    ({ provider: { deadlineSeconds } }) => deadlineSeconds !== undefined && storeTimeoutMs > deadlineSeconds * 1000,
  )
  if (hasty.length === 0) return []
  const shortest = Math.min(...hasty.map(({ provider }) => provider.deadlineSeconds ?? Number.POSITIVE_INFINITY))
  return [
    warn(
      'deadlines',
      `An event may wait ${storeTimeoutMs} ms for the disk, but the senders of ${namesOf(hasty)} wait ${shortest} s for an answer: ` +
        `set STORE_TIMEOUT_MS to less than ${shortest * 1000}.`,
    ),
  ]
}

function checkDrain({ production, drainMs, requestTimeoutMs }: Config): readonly Finding[] {
  if (!production) return []
  const whole = Math.round((drainMs + requestTimeoutMs) / 1000)
  if (drainMs === 0) {
    return [
      warn(
        'drain',
        'DRAIN_SECONDS is 0: at a deploy, requests that the load balancer still sends are cut off; use 5, or as long as it takes to notice.',
      ),
    ]
  }
  return [ok('drain', `A stop takes up to ${whole} s: the platform must wait that long before it kills.`)]
}

function checkRejections({ keepRejections }: Config): readonly Finding[] {
  return keepRejections
    ? []
    : [
        warn(
          'rejections',
          'KEEP_REJECTIONS is off: nobody can find out afterwards why a request was rejected, nor release it; leave it on.',
        ),
      ]
}

function checkLogs({ production, logPayloads, logLevel }: Config): readonly Finding[] {
  const findings: Finding[] = []
  if (production && logPayloads) {
    findings.push(
      warn(
        'logs',
        'LOG_PAYLOADS is on in production: what senders send about people ends up in the log; switch it off.',
      ),
    )
  }
  if (logLevel === 'silent' || logLevel === 'fatal') {
    findings.push(
      warn('logs', `LOG_LEVEL is ${logLevel}: a full disk or a rejected sender would be seen by nobody; use info.`),
    )
  }
  return findings
}

/** What was doubtful when the settings were read: secrets that are short, shared, or have white space or quotes around them … */
function checkSettings({ warnings }: Config): readonly Finding[] {
  if (warnings.length === 0) return [ok('settings', 'Every setting makes sense.')]
  return warnings.map((warning) => warn('settings', warning))
}
