import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { assertClean, postGithub, shareDesk, watching } from '../support.ts'

export function testEvents(open: () => Browser): void {
  const desk = shareDesk(open)

  it('shows a signed event as it comes, and what became of it', async (t) => {
    const { gateway, visit } = desk()
    const seen = await visit(t, '/console/events')
    const { page } = seen
    await page.getByText('No events yet').waitFor()
    await watching(page).waitFor()
    const { id } = await postGithub(gateway, 'push', '{"ref":"refs/heads/main","big":12345678901234567890}')
    const row = page.getByRole('list', { name: 'Events' }).getByRole('link')
    await row.waitFor()
    assert.match(await row.innerText(), /push/)
    // By itself: the list asks again for what is unfinished.
    await row.getByText('done').waitFor()
    await page.getByText(/1 new event, the newest push from github/).waitFor({ state: 'attached' })

    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'What became of it' }).waitFor()
    assert.equal(new URL(page.url()).pathname, `/console/events/${id}`)
    await page.getByText('Its signature matches the secret.').waitFor()
    // As it was signed, to the last digit.
    assert.match(await page.getByRole('tabpanel').innerText(), /"big": 12345678901234567890/)
    await page.getByRole('tab', { name: 'Hex' }).click()
    assert.match(await page.getByRole('tabpanel').innerText(), /00000000 {2}7b 22 72 65 66 22/)
    await page.getByRole('region', { name: 'Headers' }).getByText('x-github-delivery').waitFor()
    await page.keyboard.press('u')
    await row.waitFor()
    assertClean(seen)
  })

  it('keeps filters in the address, and finds by them', async (t) => {
    const { gateway, visit } = desk()
    await postGithub(gateway, 'push', '{"n":1}')
    await postGithub(gateway, 'issues', '{"title":"the needle"}')
    const seen = await visit(t, '/console/events')
    const { page } = seen
    const rows = page.getByRole('list', { name: 'Events' }).getByRole('link')
    await rows.nth(1).waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('needle')
    await page.waitForURL('**/console/events?text=needle')
    await rows.nth(1).waitFor({ state: 'detached' })
    assert.match(await rows.innerText(), /issues/)
    await page.reload()
    await rows.waitFor()
    assert.equal(await rows.count(), 1)
    assert.equal(await page.getByLabel('Search').inputValue(), 'needle')
    await page.getByRole('link', { name: 'Clear', exact: true }).click()
    await rows.nth(1).waitFor()
    assertClean(seen)
  })

  it('has few rows in the page however long the list is', async (t) => {
    const { gateway, visit } = desk()
    for (let n = 0; n < 260; n += 1) await postGithub(gateway, 'bulk', `{"n":${n}}`)
    const seen = await visit(t, '/console/events?type=bulk')
    const { page } = seen
    const rows = page.getByRole('list', { name: 'Events' }).getByRole('link')
    for (const loaded of [100, 200, 260]) {
      await page.locator(`li[aria-setsize="${loaded}"]`).first().waitFor()
      await toBottom(page)
      assert.ok((await rows.count()) < 80)
    }
    await page.getByText('That is all: 260 events.').waitFor()
    await toBottom(page)
    const oldest = page.locator('li[aria-posinset="260"]')
    await oldest.waitFor()
    // Above the reader's eyes the list does not move.
    await postGithub(gateway, 'bulk', '{"late":true}')
    await page.getByRole('button', { name: '1 new event' }).waitFor()
    assert.equal(await oldest.count(), 1)
    await page.getByRole('button', { name: '1 new event' }).click()
    await page.locator('li[aria-setsize="100"]').first().waitFor()
    // Whoever goes up by themselves finds it there too, and not only what came after it.
    await toBottom(page)
    await page.locator('li[aria-setsize="200"]').first().waitFor()
    await postGithub(gateway, 'bulk', '{"later":true}')
    await page.getByRole('button', { name: '1 new event' }).waitFor()
    await page.keyboard.press('Home')
    await page.getByRole('button', { name: '1 new event' }).waitFor({ state: 'detached' })
    await page.locator('li[aria-setsize="100"]').first().waitFor()
    assertClean(seen)
  })

  it('asks again for what the live list has let go of', async (t) => {
    const { gateway, visit } = desk()
    await postGithub(gateway, 'many', '{"n":0}')
    const seen = await visit(t, '/console/events?type=many')
    const { page } = seen
    await page.getByRole('list', { name: 'Events' }).getByRole('link').waitFor()
    await watching(page).waitFor()
    for (let n = 1; n < 640; n += 20) {
      await Promise.all(Array.from({ length: 20 }, (_, i) => postGithub(gateway, 'many', `{"n":${n + i}}`)))
    }
    const last = await postGithub(gateway, 'many', '{"last":true}')
    // All of them are in the list: what comes once it is scrolled would be held back.
    await page.locator(`li[aria-posinset="1"][aria-setsize="600"] a[href$="${last.id}"]`).waitFor()
    await toBottom(page)
    await page.getByText('That is all: 642 events.').waitFor()
    assertClean(seen)
  })

  it('replays an event when asked to by a key, after a question', async (t) => {
    const { gateway, sink, visit } = desk()
    sink.answer(500, 'no room')
    const { id } = await postGithub(gateway, 'push', '{"n":1}')
    await sink.until(1)
    const seen = await visit(t, `/console/events/${id}`)
    const { page } = seen
    await page.locator('.title-line').getByText('dead').waitFor()
    await page.getByText('#1').click()
    await page.locator('.code').getByText('no room').waitFor()
    sink.answer(204)
    await page.keyboard.press('r')
    const question = page.getByRole('dialog', { name: 'Replay this event?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    assert.equal(sink.bodies.length, 1)
    await page.keyboard.press('r')
    await question.getByRole('button', { name: 'Replay' }).click()
    await page.getByText('It is being delivered again.').waitFor()
    await page.locator('.title-line').getByText('done').waitFor()
    assert.deepEqual(sink.bodies, ['{"n":1}', '{"n":1}'])
    assertClean(seen)
  })
}

/** Where the End key leads; but the key scrolls as far as was painted last, which what has just been loaded may not be. */
const toBottom = (page: Page) => page.evaluate('scrollTo(0, document.documentElement.scrollHeight)')
