import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import type { Browser, Page } from 'playwright-core'
import { assertClean, postGithub, shareDesk, visit, watching } from '../support.ts'
import { startWire } from '../wire.ts'

/** Whoever comes back after so long asks for the list rather than for all that came since. */
const longMs = 120_000

export function testLive(open: () => Browser): void {
  const desk = shareDesk(open)

  async function watch(t: TestContext, path: string) {
    const { gateway } = desk()
    const wire = await startWire(t, gateway)
    const seen = await visit(t, open(), wire.gateway, path)
    const { page } = seen
    const rows = page.getByRole('list', { name: 'Events' }).getByRole('link')
    const live = watching(page)
    await live.waitFor()
    const cut = async () => {
      wire.cut()
      await page.getByText('Connecting…').waitFor()
    }
    return { gateway, wire, seen, page, rows, live, cut, rowOf: (id: string) => page.locator(`li a[href$="${id}"]`) }
  }

  it('shows what came while the stream was cut off, although nothing came before', async (t) => {
    const { gateway, wire, seen, page, rows, live, cut } = await watch(t, '/console/events')
    await page.getByText('No events yet').waitFor()
    await cut()
    await postGithub(gateway, 'cut', '{"n":1}')
    wire.mend()
    await rows.waitFor()
    await live.waitFor()
    // By a filter that shows nothing it is the same.
    await page.getByLabel('Type').fill('other')
    await page.getByText('No event matches').waitFor()
    await live.waitFor()
    await cut()
    await postGithub(gateway, 'other', '{"n":1}')
    wire.mend()
    await rows.getByText('other').waitFor()
    assertClean(seen)
  })

  it('shows what is stored between the list and the stream', async (t) => {
    const { gateway } = desk()
    const seen = await desk().visit(t, '/console/sources')
    const { page } = seen
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    await page.route('**/api/stream*', async (route) => {
      await gate
      await route.continue()
    })
    await page.goto(`${gateway.url}/console/events?type=between`)
    await page.getByText('No event matches').waitFor()
    await postGithub(gateway, 'between', '{"n":1}')
    release()
    await page.getByRole('list', { name: 'Events' }).getByRole('link').waitFor()
    assertClean(seen)
  })

  it('asks for the list after a long time away, and goes on from there', async (t) => {
    const { gateway } = desk()
    await postGithub(gateway, 'long', '{"n":0}')
    const { wire, seen, page, live, cut, rowOf } = await watch(t, '/console/events?type=long')
    const starts = startsOf(page)
    await cut()
    await page.clock.setFixedTime(Date.now() + longMs)
    const { id } = await postGithub(gateway, 'long', '{"n":1}')
    const { id: newest } = await postGithub(gateway, 'else', '{"n":1}')
    wire.mend()
    await rowOf(id).waitFor()
    await live.waitFor()
    assert.equal(starts.at(-1), newest)
    assertClean(seen)
  })

  it('moves nothing under the eyes of who reads further down', async (t) => {
    const { gateway } = desk()
    for (let n = 0; n < 40; n += 1) await postGithub(gateway, 'down', `{"n":${n}}`)
    const { wire, seen, page, live, cut, rowOf } = await watch(t, '/console/events?type=down')
    await page.locator('li[aria-posinset="1"][aria-setsize="40"]').waitFor()
    await page.evaluate('scrollTo(0, 400)')
    await cut()
    await page.clock.setFixedTime(Date.now() + longMs)
    await postGithub(gateway, 'down', '{"late":1}')
    const { id } = await postGithub(gateway, 'down', '{"late":2}')
    wire.mend()
    await page.getByRole('button', { name: '2 new events – show' }).waitFor()
    await live.waitFor()
    // Seen by the list already: they are not counted once more.
    await cut()
    await page.clock.setFixedTime(Date.now() + 2 * longMs)
    wire.mend()
    await live.waitFor()
    assert.equal(await page.locator('li[aria-setsize="40"]').count(), await page.locator('li[aria-setsize]').count())
    await page.getByRole('button', { name: '2 new events – show' }).click()
    await rowOf(id).waitFor()
    await page.locator('li[aria-posinset="1"][aria-setsize="42"]').waitFor()
    assertClean(seen)
  })

  it('loses nothing that comes while the list is read anew', async (t) => {
    const { gateway } = desk()
    for (let n = 0; n < 40; n += 1) await postGithub(gateway, 'anew', `{"n":${n}}`)
    const { seen, page, live, rowOf } = await watch(t, '/console/events?type=anew')
    await page.locator('li[aria-posinset="1"][aria-setsize="40"]').waitFor()
    await page.evaluate('scrollTo(0, 400)')
    await postGithub(gateway, 'anew', '{"held":true}')
    const show = page.getByRole('button', { name: '1 new event – show' })
    await show.waitFor()
    let release = () => {}
    const gate = new Promise<void>((resolve) => {
      release = resolve
    })
    const read = new Promise<void>((resolve) => {
      void page.route('**/api/events?*', async (route) => {
        const response = await route.fetch()
        resolve()
        await gate
        await route.fulfill({ response })
      })
    })
    await show.click()
    await read
    const { id } = await postGithub(gateway, 'anew', '{"meanwhile":true}')
    await rowOf(id).waitFor()
    release()
    await page.locator('li[aria-posinset="1"][aria-setsize="42"]').waitFor()
    await live.waitFor()
    await page.unrouteAll({ behavior: 'ignoreErrors' })
    assertClean(seen)
  })
}

/** Where each stream that is opened begins. */
function startsOf(page: Page): (string | null)[] {
  const starts: (string | null)[] = []
  page.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    if (pathname === '/api/stream') starts.push(searchParams.get('after'))
  })
  return starts
}
