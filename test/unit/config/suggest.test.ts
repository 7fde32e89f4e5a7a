import assert from 'node:assert/strict'
import { test } from 'node:test'
import { loadConfig } from '../../../src/config/load.ts'
import { nearestSetting } from '../../../src/config/suggest.ts'

const secret = 'c0ffee00c0ffee00c0ffee00c0ffee00'
const warnings = (env: Record<string, string>) => loadConfig({ WEBHOOK_SECRET: secret, ...env }, { cwd: '/' }).warnings

test('a variable that looks like a setting is pointed out', () => {
  const meant = {
    WEBHOOK_SECRETS: 'WEBHOOK_SECRET',
    WEBHOOKS_SECRET: 'WEBHOOK_SECRET',
    WEBHOKO_SECRET: 'WEBHOOK_SECRET',
    webhook_secret: 'WEBHOOK_SECRET',
    WEBHOOK_SECRET_PREVIUOS: 'WEBHOOK_SECRET_PREVIOUS',
    WEBHOOK_SECRET_OLD: 'WEBHOOK_SECRET_PREVIOUS',
    WEBHOOK_PROVIDER: '<SOURCE>_WEBHOOK_PROVIDER',
    GITHUB_WEBHOOK_SECRT: 'GITHUB_WEBHOOK_SECRET',
    github_webhook_secret: 'GITHUB_WEBHOOK_SECRET',
    ACME_SHOP_WEBHOOKS_SECRET: 'ACME_SHOP_WEBHOOK_SECRET',
    ACME_WEBHOOK_PROVDER: 'ACME_WEBHOOK_PROVIDER',
    STRIPE_WEBHOOK_SECRET_2: 'STRIPE_WEBHOOK_SECRET_PREVIOUS',
    DATADIR: 'DATA_DIR',
    FORWARD_URLS: 'FORWARD_URL',
    LOGLEVEL: 'LOG_LEVEL',
    TRUSTED_PROXY: 'TRUST_PROXY',
  }
  for (const [name, known] of Object.entries(meant)) {
    assert.deepEqual(warnings({ [name]: 'x' }), [
      `${name} is set, but there is no such setting; did you mean ${known}?`,
    ])
  }
})

test('the rest of an environment is left alone', () => {
  const others = {
    HOME: '/root',
    HOSTNAME: 'a',
    PATH: '/bin',
    PORTS: '1',
    SHELL: '/bin/sh',
    PWD: '/',
    TZ: 'UTC',
    LANG: 'C',
    TERM: 'xterm',
    USER: 'node',
    LOGNAME: 'node',
    NODE_VERSION: '24',
    NODE_OPTIONS: '',
    npm_config_registry: 'x',
    npm_lifecycle_event: 'start',
    KUBERNETES_PORT: 'tcp://10.0.0.1:443',
    POSTHORN_PORT: 'tcp://10.0.0.2:3000',
    POSTHORN_SERVICE_HOST: '10.0.0.2',
    RAILWAY_SERVICE_ID: 'x',
    RAILWAY_DEPLOYMENT_DRAINING_SECONDS: '30',
    PGHOST: 'x',
    API_SECRET: 'x',
  }
  const { PORTS, ...unlike } = others
  assert.deepEqual(warnings(unlike), [])
  assert.equal(nearestSetting('PORTS', ['PORT']), 'PORT')
  assert.equal(nearestSetting('SORT', ['PORT']), null)
})

test('an empty variable is no reason to speak', () => {
  assert.deepEqual(warnings({ WEBHOOK_SECRETS: '' }), [])
})
