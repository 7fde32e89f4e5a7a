import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { checkConfig } from '../../../src/diagnosis/checks.ts'
import type { FindingLevel } from '../../../src/diagnosis/findings.ts'
import { retrySpanMs } from '../../../src/diagnosis/retry-span.ts'
import { providers } from '../../../src/providers/registry.ts'
import { tempDir } from '../../support/temp-dir.ts'

const secret = 'f3b1c7a9d2e84f60f3b1c7a9d2e84f60'
const token = '5e1c3f0a9b7d2846f3b1c7a9d2e84f60'
const cwd = tempDir()
const sound = {
  NODE_ENV: 'production',
  WEBHOOK_SECRET: secret,
  ADMIN_TOKEN: token,
  PUBLIC_URL: 'https://hooks.example.com',
}

function check(env: Readonly<Record<string, string>>) {
  return checkConfig(loadConfig(env, { cwd, uid: 0 }))
}

/** What is found beside a sound configuration, by these settings. */
const doubtful: readonly [
  env: Readonly<Record<string, string>>,
  check: string,
  level: FindingLevel,
  sentence: RegExp,
][] = [
  [{ NODE_ENV: 'production' }, 'signatures', 'fail', /WEBHOOK_SECRET/],
  [{ ...sound, ADMIN_TOKEN: 'short-token' }, 'settings', 'warn', /^ADMIN_TOKEN: has only 11 characters/],
  [{ NODE_ENV: 'production', WEBHOOK_SECRET: secret }, 'operator', 'warn', /ADMIN_TOKEN is not set/],
  [{ ...sound, PUBLIC_URL: 'http://localhost:3000' }, 'public-url', 'fail', /no sender can post/],
  [{ ...sound, PUBLIC_URL: 'http://hooks.example.com' }, 'public-url', 'warn', /use https/],
  [{ ...sound, PUBLIC_URL: 'https://hooks.example.com/webhook/stripe' }, 'public-url', 'warn', /without \/webhook/],
  [{ ...sound, BODY_LIMIT: '200mb' }, 'body-limit', 'warn', /lower BODY_LIMIT/],
  [
    { ...sound, BODY_LIMIT: '5mb', GITHUB_WEBHOOK_SECRET: `${secret}1` },
    'settings',
    'warn',
    /GitHub sends up to 26214400/,
  ],
  [
    { ...sound, DEDUP_RETENTION_DAYS: '2', EVENT_RETENTION_DAYS: '2', STRIPE_WEBHOOK_SECRET: `whsec_${secret}` },
    'retention',
    'warn',
    /Stripe \(source "stripe"\) tries again for up to 3 days, but ids are kept for 2/,
  ],
  [{ ...sound, TIMESTAMP_TOLERANCE_SECONDS: '5' }, 'tolerance', 'warn', /honest events are rejected/],
  [{ ...sound, TIMESTAMP_TOLERANCE_SECONDS: '86400' }, 'tolerance', 'warn', /may send it again/],
  [
    { ...sound, STORE_TIMEOUT_MS: '20000', SLACK_WEBHOOK_SECRET: `${secret}2` },
    'deadlines',
    'warn',
    /STORE_TIMEOUT_MS to less than 3000/,
  ],
  [{ ...sound, RATE_LIMIT_PER_MINUTE: '100' }, 'proxies', 'warn', /counts all senders as one/],
  [{ ...sound, TRUST_PROXY: '0.0.0.0/1' }, 'proxies', 'warn', /name your proxy's/],
  [
    { ...sound, FORWARD_URL: 'http://app.example.com/hooks', FORWARD_SECRET: `whsec_${btoa(secret)}` },
    'destinations',
    'warn',
    /app\.example\.com over http/,
  ],
  [{ ...sound, DRAIN_SECONDS: '0' }, 'drain', 'warn', /DRAIN_SECONDS is 0/],
  [{ ...sound, KEEP_REJECTIONS: 'false' }, 'rejections', 'warn', /KEEP_REJECTIONS is off/],
  [{ ...sound, LOG_PAYLOADS: 'true' }, 'logs', 'warn', /LOG_PAYLOADS is on/],
  [{ ...sound, LOG_LEVEL: 'silent' }, 'logs', 'warn', /LOG_LEVEL is silent/],
  [{ ...sound, ACME_WEBHOOK_SECRET: ` ${secret}` }, 'settings', 'warn', /white space or quotes/],
  [{ ...sound, ACME_WEBHOOK_SECRET: secret }, 'settings', 'warn', /have the same secret/],
]

describe('the checks of a configuration', () => {
  it('find nothing wrong with a sound one', () => {
    assert.deepEqual(
      check(sound).filter(({ level }) => level !== 'ok'),
      [],
    )
  })

  it('find nothing wrong with a destination in the same network', () => {
    const forward = { FORWARD_URL: 'http://app.railway.internal:3000/', FORWARD_SECRET: `whsec_${btoa(secret)}` }
    assert.deepEqual(
      check({ ...sound, ...forward }).filter(({ level }) => level !== 'ok'),
      [],
    )
  })

  for (const [env, name, level, sentence] of doubtful) {
    const changed = Object.entries(env).filter(([key]) => !(key in sound) || env[key] !== Reflect.get(sound, key))
    it(`${level} of ${name}: ${changed.map(([key]) => key).join(', ') || 'nothing but NODE_ENV'}`, () => {
      const found = check(env).filter((finding) => finding.level !== 'ok')
      assert.ok(
        found.some((one) => one.check === name && one.level === level && sentence.test(one.sentence)),
        JSON.stringify(found),
      )
    })
  }

  it('never show a secret', () => {
    for (const [env] of doubtful) {
      const text = JSON.stringify(check(env))
      for (const one of [secret, token]) assert.ok(!text.includes(one.slice(0, 8)), text)
    }
  })
})

describe('how long a sender tries again', () => {
  it('is read from the words of its row', () => {
    const spans: readonly [string | undefined, number | null][] = [
      ['for up to 3 days', 259_200_000],
      ['for about 2 weeks', 1_209_600_000],
      ['after 10 s, 30 s, 1, 5, 10 and 30 min and 1 h, then hourly, for 24 h', 86_400_000],
      ['after 5 min, 30 min, 1 h, 6 h and 1 d', 86_400_000],
      ['for 75 minutes', 4_500_000],
      ['twice', null],
      ['never', null],
      [undefined, null],
    ]
    for (const [words, span] of spans) assert.equal(retrySpanMs(words), span, words)
  })

  it('is less than ids are kept for unless somebody lowers that', () => {
    for (const { name, retries } of providers.values()) {
      assert.ok((retrySpanMs(retries) ?? 0) <= 35 * 86_400_000, name)
    }
  })
})
