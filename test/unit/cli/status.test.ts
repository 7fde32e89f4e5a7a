import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Store } from '../../../src/store/types.ts'
import { operatorCli } from './operator-support.ts'

const secret = 'a-secret-of-a-good-length'
/** As a store that cannot commit says of itself. */
const failing = (store: Store): Store => ({
  ...store,
  status: () => ({ state: 'failing', error: 'the disk\u001b[2J is full' }),
})

describe('posthorn status', () => {
  it('shows the store, what waits, the last hour and what to see to', async (t) => {
    const { run, post, settle, url } = await operatorCli(t)
    await post('order.paid')
    await settle('app', 'done')
    await post('order.paid')
    const { code, out } = await run(['status'])
    assert.equal(code, 0, out)
    assert.match(out, new RegExp(`^${new URL(url).host} {2}posthorn \\d+\\.\\d+\\.\\d+\\S*, up since \\d+ s`))
    for (const line of [
      /State +ready/,
      /Engine +\S+/,
      /Durability +.*flushed/,
      /Disk +[\d.]+ [MG]iB of [\d.]+ [MG]iB free \([\d.]+ %\)/,
      /Pending +3, the oldest due for \d+ s|Pending +3, the oldest due \d+ s ago/,
      /Events +2 accepted, 0 duplicates, 0 rejected/,
      /Attempts +1 done, 0 retry, 0 dead/,
      /Success rate +100 %/,
      /Answered in +[\d.]+ m?s \(half\)/,
    ])
      assert.match(out, line)
    assert.match(out, /\n\d+ warnings?\n!/, 'it takes every event unsigned')
    const { json } = await run(['status', '--json']).then((result) => ({ json: JSON.parse(result.out) }))
    assert.deepEqual([json.backlog.pending, json.totals.accepted, json.series.length], [3, 2, 60])
  })

  it('is not as it should be while the store does not commit, and puts the worst first', async (t) => {
    const { run } = await operatorCli(t, {}, failing)
    const { code, out } = await run(['status'])
    assert.equal(code, 1)
    assert.match(out, /State +failing: the disk is full/)
    assert.match(out, /warnings?\n✗ /)
    assert.equal((await run(['status', '--json'])).code, 1)
  })
})

describe('posthorn sources', () => {
  const env = {
    STRIPE_WEBHOOK_SECRET: secret,
    STRIPE_WEBHOOK_SECRET_PREVIOUS: 'the-one-of-before-it',
    META_WEBHOOK_SECRET: secret,
    META_WEBHOOK_VERIFY_TOKEN: 'a-token-of-sixteen',
    PUBLIC_URL: 'https://hooks.example.com',
  }

  it('lists the URL for each, how it is checked and what came', async (t) => {
    const { run, post } = await operatorCli(t)
    await post('order.paid')
    const { code, out } = await run(['sources'])
    assert.equal(code, 0)
    assert.match(
      out,
      /\ndefault +generic +not verified +\d+ s ago +1 +0 +0 +http:\/\/127\.0\.0\.1:\d+\/webhook\/<event>\n/,
    )
    assert.match(out, /it has no PUBLIC_URL/)
    const known = await operatorCli(t, env)
    const list = await known.run(['sources'])
    assert.match(list.out, /\ndefault +generic +rejects all +none /)
    assert.match(
      list.out,
      /\nstripe +stripe +verified +none +0 +0 +0 +https:\/\/hooks\.example\.com\/webhook\/stripe\n/,
    )
    assert.doesNotMatch(list.out, /PUBLIC_URL/)
    const sources = JSON.parse((await known.run(['sources', '--json'])).out)
    assert.deepEqual(
      sources.map(({ name }: { name: string }) => name),
      ['meta', 'stripe', 'default'],
    )
  })

  it('shows all about one, and no secret', async (t) => {
    const { run, app } = await operatorCli(t, env)
    const stripe = await run(['sources', 'stripe'])
    assert.equal(stripe.code, 0)
    for (const line of [
      /^stripe {2}Stripe, verified\n/,
      /URL +https:\/\/hooks\.example\.com\/webhook\/stripe\n/,
      /Docs +https:\/\/\S+stripe\.com/,
      /Last event +none yet/,
      /Set-up\n(?: {2}[✓✗·] .+\n)+/,
      /✓ .*STRIPE_WEBHOOK_SECRET/,
      /Secrets +one is set.*; the previous one counts too.*none of the latest events needed it: it can go/,
      /Tolerance +300 s/,
      /Body limit +5 MiB/,
      /Tries again +\S/,
    ])
      assert.match(stripe.out, line)
    assert.doesNotMatch(stripe.out, /Handshake/)
    await app.inject({ url: '/webhook/meta?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=1' })
    const meta = await run(['sources', 'META'])
    assert.match(meta.out, /Handshake +verify token set; refused \d{4}-.* \(\d+ s ago\)/)
    assert.equal(JSON.parse((await run(['sources', 'meta', '--json'])).out).name, 'meta')
    for (const hidden of [secret, 'a-token-of-sixteen', 'the-one-of-before-it'])
      assert.ok(!`${stripe.out}${meta.out}`.includes(hidden))
  })

  it('names those that there are where there is none of that name', async (t) => {
    const { run } = await operatorCli(t, env)
    const { code, err, out } = await run(['sources', 'github'])
    assert.deepEqual([code, out], [1, ''])
    assert.match(err, /has no source "github"\nThere are: meta, stripe, default\./)
  })
})

describe('posthorn settings', () => {
  it('lists each as it counts, where it is from, and of secrets only whether they are set', async (t) => {
    const { run } = await operatorCli(t, { STRIPE_WEBHOOK_SECRET: secret, DRAIN_SECONDS: '7' })
    const { code, out } = await run(['settings'])
    assert.equal(code, 0)
    assert.match(out, /\nDRAIN_SECONDS +environment +7\n/)
    assert.match(out, /\nDEDUP_RETENTION_DAYS +default +35\n/)
    assert.match(out, /\nWEBHOOK_SECRET +default +not set\n/)
    assert.match(out, /\nSTRIPE_WEBHOOK_SECRET +environment +set, not shown\n/)
    assert.ok(!out.includes(secret))
  })

  it('leaves out what is at its default', async (t) => {
    const { run } = await operatorCli(t, { DRAIN_SECONDS: '7' })
    const changed = await run(['settings', '--changed'])
    assert.match(changed.out, /DRAIN_SECONDS/)
    assert.doesNotMatch(changed.out, /DEDUP_RETENTION_DAYS|default/)
    const { settings, configFile } = JSON.parse((await run(['settings', '--changed', '--json'])).out)
    assert.equal(configFile, null)
    assert.ok(settings.length > 0 && settings.every(({ from }: { from: string }) => from !== 'default'))
    const one = settings.find(({ name }: { name: string }) => name === 'DRAIN_SECONDS')
    assert.ok(one.description.length > 0, 'all that came')
  })
})
