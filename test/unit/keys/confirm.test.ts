import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compileConfirmation } from '../../../src/keys/confirm.ts'
import { startKeyServer } from '../../support/key-server.ts'
import { providerNamed } from '../verification/requests.ts'

describe('the confirmation of a subscription', () => {
  const { confirmation } = providerNamed('aws-sns')
  assert.ok(confirmation)
  const start = 1_000_000_000_000
  const own =
    'https://sns.us-west-2.amazonaws.com/?Action=ConfirmSubscription&TopicArn=arn:aws:sns:us-west-2:1:T&Token=2336'

  it('is a GET of the URL, if that is one of the sender’s own', async (t) => {
    const server = await startKeyServer(t, ['sns.us-west-2.amazonaws.com'])
    const confirm = compileConfirmation(confirmation, 'Amazon SNS', await server.openKeys(() => start))
    server.answers.set(own, { body: '<ConfirmSubscriptionResponse/>' })
    assert.equal(await confirm(own), null)
    for (const url of [
      own.replace('https:', 'http:'),
      own.replace('.com/', '.com.evil.example/'),
      own.replace('sns.us-west-2', 'evil.us-west-2'),
      own.replace('.com/', '.com:8443/'),
      own.replace('.com/', '.com@evil.example/'),
      own.replace('ConfirmSubscription', 'Unsubscribe'),
      own.replace('?Action', '?X=1&Action'),
      `${own}#x`,
      `${own}\r\nHost: evil.example`,
      'http://169.254.169.254/latest/meta-data/',
      '',
    ]) {
      assert.match((await confirm(url)) ?? '', /asks for a URL that is not its own/, url)
    }
    assert.deepEqual(
      server.asked.map(({ method, url }) => [method, url]),
      [['GET', own]],
    )
  })

  it('says what went wrong, and follows no redirect', async (t) => {
    const server = await startKeyServer(t, ['sns.us-west-2.amazonaws.com'])
    const confirm = compileConfirmation(confirmation, 'Amazon SNS', await server.openKeys(() => start))
    for (const status of [302, 403, 500]) {
      server.answers.set(own, { status, headers: { location: own } })
      assert.match((await confirm(own)) ?? '', new RegExp(`answered ${status}`))
    }
    assert.equal(server.asked.length, 3)
  })

  it('is not made more often than a sender would ask', async (t) => {
    const server = await startKeyServer(t, ['sns.us-west-2.amazonaws.com'])
    const confirm = compileConfirmation(confirmation, 'Amazon SNS', await server.openKeys(() => start))
    for (let index = 0; index < 10; index++) await confirm(own)
    assert.match((await confirm(own)) ?? '', /asked too often/)
    assert.equal(server.asked.length, 10)
  })
})
