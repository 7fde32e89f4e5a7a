import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { adminToken, assertClean, postGithub, signIn, startConsole, startSink, viewerToken, visit } from '../support.ts'

export function testAccess(open: () => Browser): void {
  it('asks for the token, comes back to the page that was asked for, and signs out', async (t) => {
    const gateway = await startConsole(t, (await startSink(t)).url)
    const seen = await visit(t, open(), gateway, '/console/destinations', { token: 'wrong' })
    const { page } = seen
    assert.match(await page.getByRole('alert').innerText(), /not the token/)
    await signIn(page, adminToken)
    await page.getByRole('heading', { name: 'Destinations', level: 1 }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/console/destinations')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByText('You are signed out').waitFor()
    await page.goto(`${gateway.url}/console/events`)
    await page.getByLabel('Token').waitFor()
    assertClean(seen)
  })

  it('shows a viewer everything, and why they may change nothing', async (t) => {
    const sink = await startSink(t)
    sink.answer(500)
    const gateway = await startConsole(t, sink.url)
    const { id } = await postGithub(gateway, 'push', '{"n":1}')
    const seen = await visit(t, open(), gateway, `/console/events/${id}`, { token: viewerToken })
    const { page } = seen
    const replay = page.getByRole('button', { name: 'Replay' })
    await replay.and(page.locator('[title*="VIEWER_TOKEN"]')).waitFor()
    assert.equal(await replay.isDisabled(), true)
    await page.keyboard.press('r')
    assert.equal(await page.getByRole('dialog').count(), 0)
    await page.getByRole('navigation').getByRole('link', { name: 'Destinations' }).click()
    assert.equal(await page.getByRole('button', { name: 'Pause app' }).isDisabled(), true)
    // To count changes nothing.
    await page.getByRole('navigation').getByRole('link', { name: 'Dead letters' }).click()
    await page.getByRole('button', { name: 'Replay all…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay all that match' })
    await dialog.getByRole('status').getByText('1 delivery').waitFor()
    await dialog.getByText('VIEWER_TOKEN').waitFor()
    assert.equal(await dialog.getByRole('button', { name: 'Replay 1 delivery' }).isDisabled(), true)
    assertClean(seen)
  })
}
