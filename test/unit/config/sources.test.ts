import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, loadConfig } from '../../../src/config/load.ts'
import type { Config } from '../../../src/config/types.ts'
import { providers } from '../../../src/providers/registry.ts'
import { readFetchedVectors, readVectors } from '../verification/requests.ts'

const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00'
const older = 'facade00facade00facade00facade00'
const MEBIBYTE = 1024 ** 2

const load = (env: Record<string, string | undefined>): Config => loadConfig(env, { cwd: '/srv/app' })

/** The problems that an environment causes; fails when there are none, or when one of them shows a secret. */
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    load(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    for (const hidden of [secret, older]) assert.ok(!error.message.includes(hidden))
    return error.problems
  }
  assert.fail(`accepted: ${JSON.stringify(env)}`)
}

describe('the default source', () => {
  test('is open, with a warning, while there is no secret at all', () => {
    const { defaultSource, defaultSourceOpen, warnings } = load({})
    assert.equal(defaultSource.secrets, null)
    assert.equal(defaultSource.provider.name, 'generic')
    assert.equal(defaultSourceOpen, true)
    assert.deepEqual(warnings, ['No secret is set: every event is accepted, whoever sends it. Set WEBHOOK_SECRET.'])
  })

  test('is checked with WEBHOOK_SECRET and the previous one', () => {
    const { defaultSource, defaultSourceOpen, warnings } = load({
      WEBHOOK_SECRET: secret,
      WEBHOOK_SECRET_PREVIOUS: older,
    })
    assert.deepEqual(defaultSource.secrets, { current: secret, previous: older })
    assert.equal(defaultSourceOpen, true)
    assert.deepEqual(warnings, [])
  })

  test('refuses everything when only other sources have secrets', () => {
    const { defaultSource, defaultSourceOpen, warnings } = load({ STRIPE_WEBHOOK_SECRET: secret })
    assert.equal(defaultSource.secrets, null)
    assert.equal(defaultSourceOpen, false)
    assert.deepEqual(warnings, [])
  })

  test('takes the secret exactly, white space and all, and says so', () => {
    const { defaultSource, warnings } = load({ WEBHOOK_SECRET: ` ${secret}\n` })
    assert.equal(defaultSource.secrets?.current, ` ${secret}\n`)
    assert.equal(warnings.length, 1)
    assert.match(warnings[0] ?? '', /^WEBHOOK_SECRET: .*white space/)
    assert.ok(!warnings.join().includes(secret))
  })

  test('is not open by mistake: an empty or blank secret is a problem', () => {
    assert.deepEqual(problemsOf({ WEBHOOK_SECRET: '' }), [
      'WEBHOOK_SECRET: is set but empty; give the secret, or remove the variable.',
    ])
    assert.match(problemsOf({ WEBHOOK_SECRET: '  ' }).join(), /^WEBHOOK_SECRET: .*white space/)
  })

  test('REQUIRE_SIGNATURE needs a secret, whichever', () => {
    assert.match(problemsOf({ REQUIRE_SIGNATURE: 'true' }).join(), /^REQUIRE_SIGNATURE: .*WEBHOOK_SECRET/)
    for (const name of ['WEBHOOK_SECRET', 'GITHUB_WEBHOOK_SECRET']) {
      assert.doesNotThrow(() => load({ REQUIRE_SIGNATURE: 'true', [name]: secret }))
    }
  })
})

describe('a named source', () => {
  test('has the provider of its name', () => {
    for (const name of providers.keys()) {
      const variable = `${name.toUpperCase().replaceAll('-', '_')}_WEBHOOK_SECRET`
      const source = load({
        [variable]: [...readVectors(name), ...readFetchedVectors(name)][0]?.secret ?? secret,
      }).sources.get(name)
      assert.equal(source?.provider.name, name)
    }
  })

  test('warns of a sender that signs the URL while there is no PUBLIC_URL', () => {
    const env = { SQUARE_WEBHOOK_SECRET: secret, HUBSPOT_WEBHOOK_SECRET: older, STRIPE_WEBHOOK_SECRET: `${secret}0` }
    const { warnings } = load(env)
    assert.equal(warnings.length, 2)
    assert.match(warnings.join('\n'), /Square \(source "square"\).*: until it is, its events are rejected\./)
    assert.match(warnings.join('\n'), /HubSpot .*: until it is, only its signatures without the URL are checked\./)
    assert.deepEqual(load({ ...env, PUBLIC_URL: 'https://hooks.example.com' }).warnings, [])
  })

  test('is generic under any other name, which becomes lower case with dashes', () => {
    const { sources, warnings } = load({ ACME_SHOP_2_WEBHOOK_SECRET: secret })
    assert.deepEqual([...sources.keys()], ['acme-shop-2'])
    assert.equal(sources.get('acme-shop-2')?.provider.name, 'generic')
    assert.deepEqual(sources.get('acme-shop-2')?.secrets, { current: secret, previous: null })
    assert.deepEqual(warnings, [])
  })

  test('takes the provider it is told, also against its name', () => {
    const { sources } = load({
      ACME_WEBHOOK_SECRET: secret,
      ACME_WEBHOOK_PROVIDER: ' Shopify ',
      STRIPE_WEBHOOK_SECRET: secret,
      STRIPE_WEBHOOK_SECRET_PREVIOUS: older,
      STRIPE_WEBHOOK_PROVIDER: 'generic',
    })
    assert.equal(sources.get('acme')?.provider.name, 'shopify')
    assert.equal(sources.get('stripe')?.provider.name, 'generic')
    assert.equal(sources.get('stripe')?.secrets?.previous, older)
  })

  test('refuses a provider that nobody knows, with the nearest names and where all are listed', () => {
    const problem = (provider: string) =>
      problemsOf({ ACME_WEBHOOK_SECRET: secret, ACME_WEBHOOK_PROVIDER: provider }).join('\n')
    const end = 'give the name of a provider'
    const listed = 'as `posthorn providers` and docs/providers.md list them; generic is for senders of your own.'
    assert.equal(problem('GitHup'), `ACME_WEBHOOK_PROVIDER: "githup" is not accepted; ${end} (github?), ${listed}`)
    assert.match(problem('sinch'), /\(sinch-conversation, sinch-numbers or sinch-voice\?\)/)
    assert.match(problem('stripe-connect'), /\(stripe\?\)/)
    assert.equal(problem('qqqqqqqqqq'), `ACME_WEBHOOK_PROVIDER: "qqqqqqqqqq" is not accepted; ${end}, ${listed}`)
    assert.ok(problem('a').length < 250)
  })

  test('needs a secret', () => {
    assert.deepEqual(problemsOf({ ACME_WEBHOOK_PROVIDER: 'stripe' }), [
      'ACME_WEBHOOK_PROVIDER: is set without ACME_WEBHOOK_SECRET; set that one too.',
    ])
    for (const prefix of ['', 'ACME_']) {
      assert.deepEqual(problemsOf({ [`${prefix}WEBHOOK_SECRET_PREVIOUS`]: older }), [
        `${prefix}WEBHOOK_SECRET_PREVIOUS: is set without ${prefix}WEBHOOK_SECRET; set that one too.`,
      ])
    }
  })

  test('is not left open by an empty secret', () => {
    for (const name of ['ACME_WEBHOOK_SECRET', 'ACME_WEBHOOK_SECRET_PREVIOUS']) {
      const problems = problemsOf({ ACME_WEBHOOK_SECRET: secret, [name]: '' })
      assert.deepEqual(problems, [`${name}: is set but empty; give the secret, or remove the variable.`])
    }
  })

  test('refuses a secret that its provider cannot have, without showing it', () => {
    const wrong = 'not!base64!at!all'
    for (const name of ['STANDARD_WEBHOOKS_WEBHOOK_SECRET', 'STANDARD_WEBHOOKS_WEBHOOK_SECRET_PREVIOUS']) {
      const env = { STANDARD_WEBHOOKS_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`, [name]: wrong }
      const [problem = '', ...more] = problemsOf(env)
      assert.deepEqual(more, [])
      assert.ok(problem.startsWith(`${name}: `))
      assert.ok(!problem.includes(wrong))
    }
  })

  test('must have a name that a path segment can be', () => {
    for (const prefix of ['_ACME', 'ACME_', 'AC__ME', 'A'.repeat(65)]) {
      assert.match(
        problemsOf({ [`${prefix}_WEBHOOK_SECRET`]: secret }).join(),
        new RegExp(`^${prefix}_WEBHOOK_SECRET: `),
      )
    }
    assert.equal(load({ [`${'A'.repeat(64)}_WEBHOOK_SECRET`]: secret }).sources.size, 1)
  })

  test('cannot take the name of the default one', () => {
    assert.match(problemsOf({ DEFAULT_WEBHOOK_SECRET: secret }).join(), /^DEFAULT_WEBHOOK_SECRET: .*WEBHOOK_SECRET/)
  })

  test('whose name is nearly that of a provider is pointed out, until it says whose it is', () => {
    const env = { SHOPFY_WEBHOOK_SECRET: secret }
    assert.match(load(env).warnings.join(), /did you mean "shopify"\?.*SHOPFY_WEBHOOK_PROVIDER=generic/)
    assert.deepEqual(load({ ...env, SHOPFY_WEBHOOK_PROVIDER: 'generic' }).warnings, [])
  })

  test('is not made by a variable that is there but undefined', () => {
    assert.equal(load({ GITHUB_WEBHOOK_SECRET: undefined }).sources.size, 0)
  })
})

describe('what holds for every source', () => {
  const both = { WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_SECRET: older }
  const pick = (env: Record<string, string>) => {
    const { defaultSource, sources } = load({ ...both, ...env })
    const github = sources.get('github')
    assert.ok(github)
    return { standard: defaultSource, github }
  }

  test('only the default one repeats the payload, unless ECHO decides', () => {
    const echo = (env: Record<string, string>) => [pick(env).standard.echo, pick(env).github.echo]
    assert.deepEqual(echo({}), [true, false])
    assert.deepEqual(echo({ ECHO: 'true' }), [true, true])
    assert.deepEqual(echo({ ECHO: 'false' }), [false, false])
  })

  test('the tolerance is the provider’s own unless set', () => {
    assert.equal(pick({}).github.toleranceSeconds, null)
    assert.equal(pick({ TIMESTAMP_TOLERANCE_SECONDS: '60' }).standard.toleranceSeconds, 60)
    assert.equal(pick({ TIMESTAMP_TOLERANCE_SECONDS: '60' }).github.toleranceSeconds, 60)
  })

  test('the body limit is what the sender needs unless set, and one that is too small is pointed out', () => {
    assert.equal(pick({}).standard.bodyLimit, 5 * MEBIBYTE)
    assert.equal(pick({}).github.bodyLimit, 25 * MEBIBYTE)
    assert.equal(pick({ BODY_LIMIT: '30mb' }).standard.bodyLimit, 30 * MEBIBYTE)
    assert.equal(pick({ BODY_LIMIT: '1mb' }).github.bodyLimit, MEBIBYTE)
    assert.match(load({ ...both, BODY_LIMIT: '1mb' }).warnings.join(), /^BODY_LIMIT .*GitHub/)
    assert.deepEqual(load({ ...both, BODY_LIMIT: '25mb' }).warnings, [])
  })

  test('the body limit is never more than its sender can need where bodies are looked into before they are verified', () => {
    const topic = 'arn:aws:sns:eu-central-1:123456789012:orders'
    const limit = (env: Record<string, string>) =>
      load({ AWS_SNS_WEBHOOK_SECRET: topic, ...env }).sources.get('aws-sns')?.bodyLimit
    assert.equal(limit({}), 528 * 1024)
    assert.equal(limit({ BODY_LIMIT: '25mb' }), 528 * 1024)
    assert.equal(limit({ BODY_LIMIT: '100kb' }), 100 * 1024)
  })
})

describe('a verify token', () => {
  const token = 'a-token-of-32-characters-0123456'

  test('belongs to the source of its variable', () => {
    const { sources, warnings } = load({ META_WEBHOOK_SECRET: secret, META_WEBHOOK_VERIFY_TOKEN: token })
    assert.deepEqual([sources.get('meta')?.verifyToken, sources.get('meta')?.secrets?.current], [token, secret])
    assert.deepEqual(warnings, [])
    assert.equal(load({ META_WEBHOOK_SECRET: secret }).sources.get('meta')?.verifyToken, null)
  })

  test('makes a source by itself where the sender brings its secret, and verifies it', () => {
    const { sources, defaultSourceOpen } = load({ ASANA_WEBHOOK_VERIFY_TOKEN: token })
    assert.deepEqual([sources.get('asana')?.verifyToken, sources.get('asana')?.secrets], [token, null])
    assert.equal(defaultSourceOpen, false)
  })

  test('is told from what cannot be used', () => {
    assert.deepEqual(problemsOf({ META_WEBHOOK_VERIFY_TOKEN: secret }), [
      'META_WEBHOOK_VERIFY_TOKEN: is set without META_WEBHOOK_SECRET; set that one too.',
    ])
    assert.deepEqual(problemsOf({ STRIPE_WEBHOOK_SECRET: secret, STRIPE_WEBHOOK_VERIFY_TOKEN: older }), [
      'STRIPE_WEBHOOK_VERIFY_TOKEN: Stripe asks for no token when it registers a URL; remove it.',
    ])
    assert.deepEqual(problemsOf({ META_WEBHOOK_SECRET: secret, META_WEBHOOK_VERIFY_TOKEN: '' }), [
      'META_WEBHOOK_VERIFY_TOKEN: is set but empty; give the secret, or remove the variable.',
    ])
    assert.deepEqual(problemsOf({ META_WEBHOOK_SECRET: secret, META_WEBHOOK_VERIFY_TOKEN: `${older} ` }), [
      'META_WEBHOOK_VERIFY_TOKEN: has white space at its start or end, which no sender can send; remove it.',
    ])
  })

  test('is weak when it is short', () => {
    const { warnings } = load({ META_WEBHOOK_SECRET: secret, META_WEBHOOK_VERIFY_TOKEN: 'short' })
    assert.deepEqual(warnings, [
      'META_WEBHOOK_VERIFY_TOKEN: has only 5 characters; take at least 16 random ones where the sender lets you choose.',
    ])
  })
})
