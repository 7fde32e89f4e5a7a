import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { assertClean, postGithub, shareDesk } from '../support.ts'

export function testPages(open: () => Browser): void {
  const desk = shareDesk(open, { PUBLIC_URL: 'https://hooks.example.com' })

  it('plots what happened, and leads into it', async (t) => {
    const { gateway, visit } = desk()
    await postGithub(gateway, 'push', '{"n":1}')
    await postGithub(gateway, 'push', '{"n":2}')
    await postGithub(gateway, 'push', '{}', { secret: 'another' })
    const seen = await visit(t, '/console')
    const { page } = seen
    // Counts are written about once a second.
    const plot = page.getByRole('img', { name: /2 accepted, 0 duplicates, 1 rejected/ })
    await plot.waitFor()
    await plot.locator('canvas').waitFor()
    await page.getByText('ready', { exact: true }).waitFor()
    // What came just now is in the plot too, at its very end.
    const bar = await page.evaluate<boolean>(`(() => {
      const canvas = document.querySelector('figure canvas')
      const end = Math.round(canvas.width * 0.8)
      const { data } = canvas.getContext('2d').getImageData(end, 0, canvas.width - end, canvas.height)
      return data.some((_, at) => at % 4 === 0 && data[at + 3] === 255 && data[at + 1] > data[at] + 60)
    })()`)
    assert.ok(bar, 'no bar')
    // Where nothing was tried there is no rate, and it is not nothing.
    const rate = page.locator('figure', { hasText: 'Success rate' })
    await rate.locator('canvas').waitFor()
    await rate.locator('.u-over').hover({ position: { x: 5, y: 20 } })
    await rate.getByText('done –').waitFor()
    await page.getByRole('link', { name: '24 h' }).click()
    await page.waitForURL('**/console?minutes=1440')
    await page.getByRole('definition').getByRole('link', { name: '1', exact: true }).click()
    await page.getByRole('heading', { name: 'Rejected', level: 1 }).waitFor()
    await page.locator('.row .badge').waitFor()
    assertClean(seen)
  })

  it('pauses a destination and lets it go on', async (t) => {
    const { gateway, sink, visit } = desk()
    const seen = await visit(t, '/console/destinations')
    const { page } = seen
    await page.getByRole('button', { name: 'Pause app' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click()
    await page.locator('.card-head').getByText('paused').waitFor()
    await postGithub(gateway, 'push', '{}')
    await page.locator('.figures div', { hasText: 'Pending' }).getByText('1').waitFor()
    assert.equal(sink.bodies.length, 0)
    await page.getByRole('button', { name: 'Resume app' }).click()
    await sink.until(1)
    await page.locator('.card-head').getByText('active').waitFor()
    assertClean(seen)
  })

  it('gives the URL to paste for each source, and every setting without its secrets', async (t) => {
    const { visit } = desk()
    const seen = await visit(t, '/console/sources')
    const { page } = seen
    await page.getByText('https://hooks.example.com/webhook/github', { exact: true }).waitFor()
    await page.getByText('No event yet.').first().waitFor()
    await page.keyboard.press('g')
    await page.keyboard.press('c')
    await page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor()
    await page.getByLabel('Search').fill('admin_token')
    await page.getByText('set, not shown').first().waitFor()
    assert.equal((await page.content()).includes('f00dcafe'), false)
    assertClean(seen)
  })

  it('is moved through by keys, which can be switched off', async (t) => {
    const { visit } = desk()
    const seen = await visit(t, '/console')
    const { page } = seen
    await page.keyboard.press('?')
    const help = page.getByRole('dialog', { name: 'Keys' })
    await help.getByText('Dead letters').waitFor()
    await page.keyboard.press('Escape')
    await help.waitFor({ state: 'detached' })
    await page.keyboard.press('g')
    await page.keyboard.press('d')
    await page.getByRole('heading', { name: 'Dead letters', level: 1 }).waitFor()
    await page.keyboard.press('?')
    await help.getByLabel('Keys work on these pages').uncheck()
    await help.getByRole('button', { name: 'Close' }).click()
    await page.keyboard.press('?')
    assert.equal(await help.count(), 0)
    await page.goBack()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    assertClean(seen)
  })

  it('keeps the colours that were chosen', async (t) => {
    const { visit } = desk()
    const seen = await visit(t, '/console/events')
    const { page } = seen
    const background = () => page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor')
    await page.emulateMedia({ colorScheme: 'light' })
    const light = await background()
    await page.getByLabel('Colours').selectOption('dark')
    const dark = await background()
    assert.notEqual(dark, light)
    await page.reload()
    await page.getByRole('heading', { level: 1 }).waitFor()
    assert.equal(await background(), dark)
    assertClean(seen)
  })

  it('says in words that the gateway is gone, and goes on when it is back', async (t) => {
    const { visit } = desk()
    const seen = await visit(t, '/console/destinations')
    const { page } = seen
    await page.route('**/api/destinations', (route) => route.abort())
    await page.getByText('The gateway does not answer.').waitFor()
    await page.unroute('**/api/destinations')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('The gateway does not answer.').waitFor({ state: 'detached' })
    // What cannot be asked for is not said to be gone.
    await page.route('**/api/events/evt_*', (route) => route.abort())
    await page.evaluate(
      "history.pushState(null, '', '/console/events/evt_00000000000'); dispatchEvent(new PopStateEvent('popstate'))",
    )
    await page.getByText('The gateway does not answer.').waitFor()
    assert.equal(await page.getByText('It is not here').count(), 0)
    await page.unroute('**/api/events/evt_*')
    await page.getByRole('button', { name: 'Try again' }).click()
    await page.getByText('It is not here').waitFor()
    assertClean(seen)
  })

  it('tries a destination that only fails, when told that it is back', async (t) => {
    const { gateway, sink, visit } = desk()
    sink.answer(500)
    for (let n = 0; n < 20; n += 1) await postGithub(gateway, 'push', `{"n":${n}}`)
    const seen = await visit(t, '/console/destinations')
    const { page } = seen
    await page.locator('.card-head').getByText('failing').waitFor()
    // Whatever was under way has ended, so that something waits for the try.
    sink.answer(204)
    await postGithub(gateway, 'push', '{"last":true}')
    await page.getByRole('button', { name: 'Try app now' }).click()
    await page.locator('.card-head').getByText('active').waitFor()
    while (!sink.bodies.includes('{"last":true}')) await sink.until(sink.bodies.length + 1)
    assert.equal(await page.getByRole('button', { name: 'Try app now' }).count(), 0)
    assertClean(seen)
  })
}
