import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { startGateway } from '../support/gateway.ts'
import { hasTerminals, openTestTerminal } from '../support/terminal.ts'

const adminToken = 'f00dcafe'.repeat(8)
const skip = hasTerminals ? false : 'there is no script of util-linux'

describe('posthorn replay on a terminal', { timeout: 60_000, skip }, () => {
  it('asks, shows how far it is, and asks at Ctrl-C whether to stop', async (t) => {
    // Nobody listens there: what is posted waits to be tried again.
    const gateway = await startGateway(t, { ADMIN_TOKEN: adminToken, FORWARD_URL: 'http://127.0.0.1:4/' })
    const api = (path: string) =>
      fetch(`${gateway.url}/api${path}`, { headers: { authorization: `Bearer ${adminToken}` } }).then(
        async (answer): Promise<{ deliveries: unknown[]; jobs: { state: string }[] }> =>
          JSON.parse(await answer.text()),
      )
    for (let n = 0; n < 5; n++) await fetch(`${gateway.url}/webhook/order.paid`, { method: 'POST', body: String(n) })
    while ((await api('/deliveries?state=retrying')).deliveries.length < 5);

    const env = { POSTHORN_URL: gateway.url, ADMIN_TOKEN: adminToken }
    const args = ['replay', '--type', 'order.paid', '--rate', '0.1']
    const refused = openTestTerminal(t, args, env)
    await refused.until((text) => /Replay 5 deliveries at 0\.1 a second \(about 50 s\)\? \[y\/N\]/.test(text))
    refused.type('\r')
    assert.equal(await refused.exited, 1)
    assert.match(refused.screen().join('\n'), /Nothing was changed/)

    const terminal = openTestTerminal(t, args, env)
    await terminal.until((text) => text.includes('[y/N]'))
    terminal.type('y\r')
    await terminal.until((text) => /[█░]{24} {2}\d of 5/.test(text))
    terminal.type('\u0003')
    await terminal.until((text) => /\d of 5 done\. Stop the job\?/.test(text))
    terminal.type('\r')
    await terminal.until((text) => /[█░]{24} {2}\d of 5/.test(text))
    terminal.type('\u0003')
    await terminal.until((text) => text.includes('Stop the job?'))
    terminal.type('y\r')
    assert.equal(await terminal.exited, 1)
    assert.match(terminal.screen().join('\n'), /stopped: \d deliver(?:y|ies) replayed, the others are as they were/)
    assert.equal((await api('/jobs')).jobs[0]?.state, 'cancelled')
  })
})
