import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { ConfigError, loadConfig } from '../../../src/config/load.ts'

const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00'
type Env = Readonly<Record<string, string>>
const load = (env: Env) => loadConfig(env, { cwd: '/srv/app', uid: 0 })

function problemsOf(env: Env): readonly string[] {
  try {
    load(env)
  } catch (error) {
    assert.ok(error instanceof ConfigError)
    assert.ok(!error.message.includes(secret))
    return error.problems
  }
  assert.fail(`accepted: ${JSON.stringify(env)}`)
}

describe('the addresses that may send', () => {
  test('are read for each source, and for the default one', () => {
    const { sources, defaultSource, warnings } = load({
      WEBHOOK_SECRET: secret,
      WEBHOOK_ALLOW: '192.0.2.1',
      GITHUB_WEBHOOK_SECRET: `${secret}1`,
      GITHUB_WEBHOOK_ALLOW: ' 10.0.0.0/8,\n2001:db8::/32 ',
      STRIPE_WEBHOOK_SECRET: `${secret}2`,
    })
    assert.deepEqual(defaultSource.allow, ['192.0.2.1'])
    assert.deepEqual(sources.get('github')?.allow, ['10.0.0.0/8', '2001:db8::/32'])
    assert.ok(Object.isFrozen(sources.get('github')?.allow))
    assert.equal(sources.get('stripe')?.allow, null)
    assert.deepEqual(warnings, [])
  })

  test('must be addresses, and not everybody', () => {
    for (const value of [
      'everybody',
      '0.0.0.0/0',
      '::/0',
      '10.0.0.0/33',
      '10.0.0.1-10.0.0.9',
      'hooks.example.com',
      ',',
    ]) {
      for (const name of ['WEBHOOK', 'GITHUB_WEBHOOK']) {
        const problems = problemsOf({ [`${name}_SECRET`]: secret, [`${name}_ALLOW`]: value })
        assert.equal(problems.length, 1)
        assert.match(problems[0] ?? '', new RegExp(`^${name}_ALLOW: .* is not accepted; give IP addresses or CIDR`))
      }
    }
    for (const name of ['WEBHOOK', 'GITHUB_WEBHOOK']) {
      for (const nothing of ['', ' ', '\t\n']) {
        assert.deepEqual(problemsOf({ [`${name}_SECRET`]: secret, [`${name}_ALLOW`]: nothing }), [
          `${name}_ALLOW: is set but empty; give the addresses, or remove the variable.`,
        ])
      }
    }
  })

  test('do not take the place of a secret, unless that is said', () => {
    assert.deepEqual(problemsOf({ RAILWAY_WEBHOOK_ALLOW: '192.0.2.1' }), [
      'RAILWAY_WEBHOOK_ALLOW: is set without RAILWAY_WEBHOOK_SECRET; set that one too, or RAILWAY_WEBHOOK_UNSIGNED=true ' +
        'where the address is all that the sender can show.',
    ])
    assert.deepEqual(problemsOf({ GITHUB_WEBHOOK_SECRET: secret, WEBHOOK_ALLOW: '192.0.2.1' }), [
      'WEBHOOK_ALLOW: is set without WEBHOOK_SECRET; set that one too.',
    ])
  })

  test('keep a gateway without any secret from being open to all', () => {
    const { defaultSource, defaultSourceOpen, warnings } = load({ WEBHOOK_ALLOW: '192.0.2.1' })
    assert.deepEqual([defaultSource.allow, defaultSourceOpen], [['192.0.2.1'], true])
    assert.deepEqual(warnings, [
      'No secret is set: every event is accepted, from every address in WEBHOOK_ALLOW. Set WEBHOOK_SECRET.',
    ])
    assert.match(problemsOf({ WEBHOOK_ALLOW: '192.0.2.1', REQUIRE_SIGNATURE: 'true' }).join(), /^REQUIRE_SIGNATURE: /)
  })
})

describe('a source that is taken at its address alone', () => {
  const env = { RAILWAY_WEBHOOK_UNSIGNED: 'true', RAILWAY_WEBHOOK_ALLOW: '192.0.2.1' }

  test('has no secret; every other path is closed', () => {
    const { sources, defaultSourceOpen, warnings } = load(env)
    const source = sources.get('railway')
    assert.deepEqual([source?.secrets, source?.allow, source?.provider.name], [null, ['192.0.2.1'], 'railway'])
    assert.equal(defaultSourceOpen, false)
    assert.deepEqual(warnings, [])
    assert.equal(load({ ACME_WEBHOOK_UNSIGNED: 'yes', ACME_WEBHOOK_ALLOW: '::1' }).sources.get('acme')?.secrets, null)
    assert.equal(load({ ...env, RAILWAY_WEBHOOK_PROVIDER: 'token' }).sources.get('railway')?.provider.name, 'token')
  })

  test('says whose addresses, and does not say two things at once', () => {
    const { RAILWAY_WEBHOOK_ALLOW: _, ...open } = env
    assert.deepEqual(problemsOf(open), [
      'RAILWAY_WEBHOOK_UNSIGNED: is true without RAILWAY_WEBHOOK_ALLOW, so everybody could send; set that one too.',
    ])
    assert.deepEqual(problemsOf({ ...env, RAILWAY_WEBHOOK_ALLOW: '' }), [
      'RAILWAY_WEBHOOK_ALLOW: is set but empty; give the addresses, or remove the variable.',
    ])
    assert.deepEqual(problemsOf({ ...env, RAILWAY_WEBHOOK_SECRET: secret }), [
      'RAILWAY_WEBHOOK_UNSIGNED: is true, but the source has a secret; remove one of the two.',
    ])
    assert.match(
      problemsOf({ ...env, RAILWAY_WEBHOOK_SECRET: '' }).join('\n'),
      /^RAILWAY_WEBHOOK_SECRET: is set but empty/,
    )
    assert.deepEqual(problemsOf({ ...env, RAILWAY_WEBHOOK_HEADER: 'X-Key' }), [
      'RAILWAY_WEBHOOK_HEADER: is set, but RAILWAY_WEBHOOK_UNSIGNED says that nothing is looked for; remove one of the two.',
    ])
    assert.deepEqual(problemsOf({ ...env, RAILWAY_WEBHOOK_UNSIGNED: 'maybe' }).slice(0, 1), [
      'RAILWAY_WEBHOOK_UNSIGNED: "maybe" is not accepted; give true or false.',
    ])
    assert.match(
      problemsOf({ ...env, RAILWAY_WEBHOOK_UNSIGNED: 'false' }).join(),
      /^RAILWAY_WEBHOOK_ALLOW: is set without/,
    )
  })

  test('is none whose sender can prove its requests', () => {
    for (const provider of ['github', 'okta', 'standard-webhooks']) {
      const problems = problemsOf({ ...env, RAILWAY_WEBHOOK_PROVIDER: provider })
      assert.equal(problems.length, 1)
      assert.match(
        problems[0] ?? '',
        /^RAILWAY_WEBHOOK_UNSIGNED: is true, but .* set RAILWAY_WEBHOOK_SECRET instead\.$/,
      )
    }
  })

  test('does not satisfy REQUIRE_SIGNATURE, whatever else has a secret', () => {
    assert.deepEqual(problemsOf({ ...env, REQUIRE_SIGNATURE: 'true', WEBHOOK_SECRET: secret }), [
      'RAILWAY_WEBHOOK_UNSIGNED: is true, but REQUIRE_SIGNATURE asks for a secret; set RAILWAY_WEBHOOK_SECRET, or remove ' +
        'one of the two.',
    ])
    const token = { RAILWAY_WEBHOOK_SECRET: secret, RAILWAY_WEBHOOK_ALLOW: '192.0.2.1', REQUIRE_SIGNATURE: 'true' }
    assert.doesNotThrow(() => load(token), 'a token is a secret')
  })
})

describe('a header of the operator’s choice', () => {
  const header = (env: Env, name = 'acme') => {
    const { sources, defaultSource } = load(env)
    const { provider } = name === 'default' ? defaultSource : (sources.get(name) ?? defaultSource)
    return [provider.name, [...new Set(provider.schemes.map(({ kind, at }) => `${kind} ${at}`))].join()]
  }

  test('carries an HMAC of a generic sender, and the secret of one that signs nothing', () => {
    const env = { ACME_WEBHOOK_SECRET: secret, ACME_WEBHOOK_HEADER: ' X-Acme-Sig ' }
    assert.deepEqual(header(env), ['generic', 'hmac header:x-acme-sig'])
    assert.deepEqual(header({ ...env, ACME_WEBHOOK_PROVIDER: 'token' }), ['token', 'token header:x-acme-sig'])
    assert.deepEqual(header({ RAILWAY_WEBHOOK_SECRET: secret, RAILWAY_WEBHOOK_HEADER: 'Authorization' }, 'railway'), [
      'railway',
      'token header:authorization',
    ])
    assert.deepEqual(header({ WEBHOOK_SECRET: secret, WEBHOOK_HEADER: 'X-Sig' }, 'default'), [
      'generic',
      'hmac header:x-sig',
    ])
    assert.deepEqual(load(env).warnings, [])
  })

  test('must be the name of one that says nothing else', () => {
    for (const name of ['WEBHOOK', 'ACME_WEBHOOK']) {
      const problem = (value: string) =>
        problemsOf({ [`${name}_SECRET`]: secret, [`${name}_HEADER`]: value }).join('\n')
      for (const value of ['X-Signature:', 'X Signature', 'X-Sign\u00e4ture', '"X-Signature"', 'a\nb']) {
        assert.match(
          problem(value),
          new RegExp(`^${name}_HEADER: .* is not accepted; give the name of a header, .*\\.$`),
        )
      }
      for (const value of ['Host', 'Content-Length', 'content-type', 'X-Forwarded-For', 'connection']) {
        assert.match(problem(value), new RegExp(`^${name}_HEADER: .* has a meaning of its own; give a header such as`))
      }
    }
  })

  test('is not for a provider with headers of its own, nor without a secret', () => {
    assert.deepEqual(problemsOf({ GITHUB_WEBHOOK_SECRET: secret, GITHUB_WEBHOOK_HEADER: 'X-Signature' }), [
      'GITHUB_WEBHOOK_HEADER: is set, but GitHub has headers of its own; remove it, or set the provider to generic (an HMAC ' +
        'over the body) or token (the secret itself).',
    ])
    assert.deepEqual(problemsOf({ ACME_WEBHOOK_HEADER: 'X-Signature' }), [
      'ACME_WEBHOOK_HEADER: is set without ACME_WEBHOOK_SECRET; set that one too.',
    ])
    assert.deepEqual(problemsOf({ WEBHOOK_HEADER: 'X-Signature' }), [
      'WEBHOOK_HEADER: is set without WEBHOOK_SECRET; set that one too.',
    ])
  })

  test('takes no key of a key pair and no secret for signing as a token', () => {
    const key = `whpk_${Buffer.alloc(32, 7).toString('base64')}`
    assert.match(
      problemsOf({ ACME_WEBHOOK_SECRET: key, ACME_WEBHOOK_HEADER: 'X-Sig' }).join(),
      /^ACME_WEBHOOK_SECRET: /,
    )
    const signing = { RAILWAY_WEBHOOK_SECRET: `whsec_${'A'.repeat(32)}`, RAILWAY_WEBHOOK_HEADER: 'X-Token' }
    assert.match(problemsOf(signing).join(), /^RAILWAY_WEBHOOK_SECRET: .*for signatures/)
  })
})

describe('proxies', () => {
  const env = { ACME_WEBHOOK_SECRET: secret, ACME_WEBHOOK_ALLOW: '192.0.2.1' }

  test('are asked for where a platform puts one in front of every service with allowed addresses', () => {
    const warnings = (more: Env) => load({ ...env, ...more }).warnings.filter((line) => line.startsWith('TRUST_PROXY'))
    for (const [name, platform] of Object.entries({
      RAILWAY_PROJECT_ID: 'Railway',
      DYNO: 'Heroku',
      RENDER: 'Render',
      FLY_APP_NAME: 'Fly.io',
      K_SERVICE: 'Cloud Run',
      WEBSITE_SITE_NAME: 'Azure App Service',
    })) {
      const [warning = '', ...more] = warnings({ [name]: 'x' })
      assert.ok(warning.includes(`on ${platform} every request`) && warning.includes('"acme"'), warning)
      assert.equal(warning.includes('TRUST_PROXY=100.64.0.0/10'), platform === 'Railway')
      assert.deepEqual(more, [])
      assert.deepEqual(warnings({ [name]: 'x', TRUST_PROXY: '100.64.0.0/10' }), [])
    }
    assert.deepEqual(warnings({}), [])
    assert.deepEqual(load({ ACME_WEBHOOK_SECRET: secret, DYNO: 'web.1' }).warnings, [])
    assert.match(load({ WEBHOOK_ALLOW: '192.0.2.1', DYNO: 'web.1' }).warnings.join('\n'), /allowed for "default"/)
  })

  test('write the sender’s address where the setting or the platform says', () => {
    const header = (more: Env) => load({ WEBHOOK_SECRET: secret, ...more }).trustProxyHeader
    const proxied = { TRUST_PROXY: '10.0.0.1' }
    assert.equal(header({}), null)
    assert.equal(header(proxied), null)
    assert.equal(header({ ...proxied, TRUST_PROXY_HEADER: 'X-Forwarded-For' }), null)
    assert.equal(header({ ...proxied, TRUST_PROXY_HEADER: 'CF-Connecting-IP' }), 'cf-connecting-ip')
    assert.equal(header({ ...proxied, RAILWAY_PROJECT_ID: 'x' }), 'x-real-ip')
    assert.equal(header({ ...proxied, RAILWAY_PROJECT_ID: 'x', TRUST_PROXY_HEADER: 'x-forwarded-for' }), null)
    assert.equal(header({ RAILWAY_PROJECT_ID: 'x' }), null)
    assert.deepEqual(problemsOf({ WEBHOOK_SECRET: secret, TRUST_PROXY_HEADER: 'X-Real-IP' }), [
      'TRUST_PROXY_HEADER: is set without TRUST_PROXY, so nobody is believed; set that one too.',
    ])
  })
})

describe('a source of the configuration file', () => {
  const loadFile = (sources: object, env: Env) =>
    loadConfig(
      env,
      { cwd: '/srv/app', uid: 0 },
      { file: { path: '/srv/app/p.json', name: 'p.json', value: { sources } } },
    )

  test('has its addresses and its header from the environment', () => {
    const env = { ACME_WEBHOOK_ALLOW: '192.0.2.1', ACME_WEBHOOK_HEADER: 'X-Sig', WEBHOOK_ALLOW: '::1' }
    const { sources, defaultSource } = loadFile({ acme: { secret }, default: { secret } }, env)
    const acme = sources.get('acme')
    assert.deepEqual([acme?.allow, acme?.provider.schemes[0]?.at], [['192.0.2.1'], 'header:x-sig'])
    assert.deepEqual([defaultSource.allow, defaultSource.secrets?.current], [['::1'], secret])
  })

  test('may be taken at its address alone, but not with a secret', () => {
    const env = { RAILWAY_WEBHOOK_UNSIGNED: 'true', RAILWAY_WEBHOOK_ALLOW: '192.0.2.1' }
    assert.equal(loadFile({ railway: { provider: 'railway' } }, env).sources.get('railway')?.secrets, null)
    assert.throws(
      () => loadFile({ railway: { secret } }, env),
      /RAILWAY_WEBHOOK_UNSIGNED: is true, but the source has a secret/,
    )
  })
})
