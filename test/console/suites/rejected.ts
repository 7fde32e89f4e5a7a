import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { tempDir } from '../../support/temp-dir.ts'
import { assertClean, postGithub, startConsole, startSink, visit } from '../support.ts'

export function testRejected(open: () => Browser): void {
  it('says what is wrong, and takes what was rejected once the secret is mended', async (t) => {
    const sink = await startSink(t)
    const env = { DATA_DIR: join(tempDir(), 'data') }
    const wrong = await startConsole(t, sink.url, { ...env, GITHUB_WEBHOOK_SECRET: 'what somebody mistyped' })
    assert.equal((await postGithub(wrong, 'push', '{"n":1}')).status, 401)
    assert.equal((await postGithub(wrong, 'issues', '{"n":2}')).status, 401)
    assert.equal((await postGithub(wrong, 'forged', '{"n":3}', { secret: 'a guess' })).status, 401)
    const before = await visit(t, open(), wrong, '/console/rejected')
    const rows = before.page.getByRole('list', { name: 'Rejected requests' }).getByRole('link')
    await rows.nth(2).waitFor()
    await rows.nth(2).click()
    const why = before.page.getByRole('region', { name: 'Why it was rejected' })
    assert.match(await why.innerText(), /GITHUB_WEBHOOK_SECRET|secret/)
    await before.page.getByRole('button', { name: 'Release' }).click()
    await before.page.getByText(/It is still rejected/).waitFor()
    assert.equal((await before.page.content()).includes('mistyped'), false)
    assertClean(before)
    await wrong.stop()

    const gateway = await startConsole(t, sink.url, env)
    const seen = await visit(t, open(), gateway, '/console/rejected')
    const { page } = seen
    await page.locator('.row').nth(2).click()
    await page.getByRole('button', { name: 'Release' }).click()
    await page.getByRole('heading', { name: 'What became of it' }).waitFor()
    await sink.until(1)
    assert.deepEqual(sink.bodies, ['{"n":1}'])

    await page.getByRole('navigation').getByRole('link', { name: 'Rejected' }).click()
    await page.getByRole('button', { name: 'Release all…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Release all that are genuine now' })
    await dialog.getByText('Of 2 rejected requests 1 is genuine now.').waitFor()
    await dialog.getByRole('button', { name: 'Release', exact: true }).click()
    await page.getByText('1 released, 0 duplicate, 1 still rejected.').waitFor()
    await sink.until(2)
    assert.deepEqual(sink.bodies, ['{"n":1}', '{"n":2}'])
    await page.locator('.row').nth(1).waitFor({ state: 'detached' })
    assertClean(seen)
  })
}
