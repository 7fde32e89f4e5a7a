import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { accountsFrom, fillIn } from '../../../src/verification/accounts.ts'
import { secretWarning, validateSecret } from '../../../src/verification/secrets.ts'
import { providerNamed } from './requests.ts'

const topic = (name: string) => `arn:aws:sns:eu-central-1:123456789012:${name}`

describe('an account in place of a secret', () => {
  const right: readonly (readonly [provider: string, setting: string])[] = [
    ['aws-sns', topic('orders')],
    ['aws-sns', `${topic('orders')},${topic('returns.fifo')}\n  arn:aws-cn:sns:cn-north-1:123456789012:x`],
    ['aws-sns', 'arn:aws-us-gov:sns:us-gov-west-1:123456789012:x'],
    ['paypal', '1JE4291016473214C'],
    ['plaid', '5fa8d0a9bc3d2e0013aab412:c0ffee00c0ffee00c0ffee00c0ffee'],
    ['plaid', 'sandbox:5fa8d0a9bc3d2e0013aab412:c0ffee00c0ffee00c0ffee00c0ffee'],
    ['ebay', 'sandbox:Example-App-SBX-1a2b:SBX-0123-4567'],
    ['kinde', 'https://example.kinde.com'],
    ['kinde', 'https://auth.example.com/'],
    ['fal', 'user:github|1234567'],
    ['travis', 'owner/one, owner/two'],
    ['fusionauth', 'https://auth.internal:9013'],
  ]
  for (const [provider, setting] of right) {
    it(`of ${provider} is taken: ${JSON.stringify(setting)}`, () => {
      assert.equal(validateSecret(providerNamed(provider), setting), null)
      assert.equal(secretWarning(providerNamed(provider), setting), null)
    })
  }

  const wrong: readonly (readonly [provider: string, setting: string, message: RegExp])[] = [
    ['aws-sns', 'a shared secret', /topic ARNs, such as arn:aws:sns:/],
    ['aws-sns', topic('*'), /topic ARNs/],
    ['aws-sns', `${topic('orders')}, arn:aws:sqs:eu-central-1:123456789012:queue`, /topic ARNs/],
    ['aws-sns', ' , ', /topic ARNs/],
    ['paypal', 'https://hooks.example.com', /the webhook's id/],
    ['plaid', 'c0ffee00c0ffee00c0ffee00c0ffee', /client_id:secret/],
    ['plaid', 'staging:5fa8d0a9bc3d2e0013aab412:c0ffee00c0ffee00c0ffee00c0ffee', /sandbox:client_id:secret/],
    ['ebay', 'My-only-part', /App-ID:Cert-ID/],
    ['kinde', 'http://example.kinde.com', /https:\/\/example\.kinde\.com/],
    ['kinde', 'https://user:pass@example.kinde.com', /the address of your Kinde domain/],
    ['kinde', 'https://example.kinde.com/x?y', /the address of your Kinde domain/],
    ['fal', 'github|7654321', /user: and the id of your fal user/],
    ['travis', 'owner/../x', /repositories, such as/],
    ['fusionauth', 'https://auth.example.com/?x', /the address of your FusionAuth/],
  ]
  for (const [provider, setting, message] of wrong) {
    it(`of ${provider} is refused with what to give: ${JSON.stringify(setting)}`, () => {
      const problem = validateSecret(providerNamed(provider), setting) ?? ''
      assert.match(problem, message)
      assert.ok(!problem.includes(setting.trim()) || setting.trim().length < 3)
    })
  }

  it('has the values of its environment, the first one’s without a word', () => {
    const form = {
      pattern: '(?<id>[a-z]+)',
      expected: '',
      environments: { live: { host: 'live.example' }, test: { host: 'test.example' } },
    }
    assert.deepEqual(accountsFrom(form, 'abc'), [{ id: 'abc', host: 'live.example' }])
    assert.deepEqual(accountsFrom(form, 'test:abc'), [{ id: 'abc', host: 'test.example' }])
    assert.deepEqual(accountsFrom(form, 'other:abc'), [])
    assert.deepEqual(accountsFrom(form, 'toString:abc'), [])
  })

  it('puts its values into a template, and nothing else', () => {
    assert.equal(
      fillIn('https://{account:host}/{id}', { host: 'a.example' }, { id: '{account:host}' }),
      'https://a.example/{account:host}',
    )
    assert.throws(() => fillIn('{account:other}', {}), /means nothing here/)
    assert.throws(() => fillIn('{id}', { id: 'x' }), /means nothing here/)
  })
})
