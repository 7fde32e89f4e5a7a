import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { assertClean, postGithub, shareDesk } from '../support.ts'

export function testDeadLetters(open: () => Browser): void {
  const desk = shareDesk(open)

  it('says how many match, replays them all, and shows that it is done', async (t) => {
    const { gateway, sink, visit } = desk()
    sink.answer(500)
    for (let n = 0; n < 5; n += 1) await postGithub(gateway, 'push', `{"n":${n}}`)
    await postGithub(gateway, 'issues', '{}')
    await sink.until(6)
    const seen = await visit(t, '/console/dead-letters')
    const { page } = seen
    const rows = page.getByRole('list', { name: 'Dead deliveries' }).getByRole('listitem')
    await rows.nth(5).waitFor()
    await page.getByLabel('Type').fill('push')
    await rows.nth(5).waitFor({ state: 'detached' })
    sink.answer(204)
    await page.getByRole('button', { name: 'Replay all…' }).click()
    const dialog = page.getByRole('dialog', { name: 'Replay all that match' })
    await dialog.getByLabel('At most, per second').fill('0')
    assert.equal(await dialog.getByRole('button', { name: /^Replay/ }).isDisabled(), true)
    await dialog.getByLabel('At most, per second').fill('1000')
    await dialog.getByRole('button', { name: 'Replay 5 deliveries' }).click()
    await page.getByText('5 of 5 deliveries replayed').waitFor()
    await sink.until(11)
    await page.getByRole('link', { name: 'Clear', exact: true }).click()
    await rows.nth(1).waitFor({ state: 'detached' })
    assert.match(await rows.innerText(), /issues/)

    await page.getByRole('button', { name: 'Discard all…' }).click()
    await page.getByRole('button', { name: 'Discard 1 delivery' }).click()
    await page.getByText('1 of 1 delivery discarded').waitFor()
    await page.reload()
    await page.getByText('No dead letters').waitFor()
    assert.equal(sink.bodies.length, 11)
    assertClean(seen)
  })

  it('replays one of them, and takes it from the list', async (t) => {
    const { gateway, sink, visit } = desk()
    sink.answer(500)
    await postGithub(gateway, 'push', '{}')
    await sink.until(1)
    const seen = await visit(t, '/console/dead-letters')
    const { page } = seen
    sink.answer(204)
    await page.getByRole('button', { name: 'Replay push to app' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Replay' }).click()
    await sink.until(2)
    await page.getByText('No dead letters').waitFor()
    assertClean(seen)
  })
}
