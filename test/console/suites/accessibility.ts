import assert from 'node:assert/strict'
import { it } from 'node:test'
import axe from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { assertClean, postGithub, startConsole, startSink, visit } from '../support.ts'

interface Finding {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly { readonly html: string; readonly failureSummary: string }[]
}

/** What axe finds serious or critical: https://github.com/dequelabs/axe-core/blob/develop/doc/rule-descriptions.md */
async function findings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate<{ violations: Finding[] }>(
    "axe.run(document, { resultTypes: ['violations'] })",
  )
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join(' | ')}`,
    )
}

export function testAccessibility(open: () => Browser): void {
  for (const colorScheme of ['light', 'dark'] as const) {
    it(`has no serious finding on any page in ${colorScheme} colours`, async (t) => {
      const sink = await startSink(t)
      sink.answer(500, '{"error":"no room"}')
      const gateway = await startConsole(t, sink.url)
      const { id } = await postGithub(gateway, 'push', '{"ref":"refs/heads/main","n":1,"ok":true,"none":null}')
      await postGithub(gateway, 'push', '{}', { secret: 'wrong' })
      await sink.until(1)
      const seen = await visit(t, open(), gateway, '/console', { colorScheme })
      const { page } = seen
      const check = async (path: string, wait: string) => {
        await page.goto(`${gateway.url}${path}`)
        await page.locator(wait).first().waitFor()
        assert.deepEqual(await findings(page), [], path)
      }
      await check('/console', '.canvas canvas')
      await check('/console/events', '.row')
      await check('/console/events?type=nothing', '.empty')
      await check(`/console/events/${id}`, '.attempts')
      await page.keyboard.press('r')
      await page.getByRole('dialog').waitFor()
      assert.deepEqual(await findings(page), [], 'a question')
      await check('/console/rejected', '.row')
      await page.locator('.row').first().click()
      await page.locator('.pairs').waitFor()
      assert.deepEqual(await findings(page), [], 'a rejected request')
      await check('/console/dead-letters', '.row')
      await check('/console/destinations', '.card')
      await check('/console/sources', '.card')
      await check('/console/send', 'textarea')
      await check('/console/settings', '.settings')
      await check('/console/nowhere', '.empty')
      assertClean(seen)
    })
  }

  it('leads to the page past the menu, and puts the focus where a new page begins', async (t) => {
    const gateway = await startConsole(t, (await startSink(t)).url)
    const { page } = await visit(t, open(), gateway, '/console/events')
    await page.keyboard.press('Tab')
    assert.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the page')
    await page.keyboard.press('Enter')
    assert.equal(await page.evaluate('document.activeElement.id'), 'main')
    await page.getByRole('navigation').getByRole('link', { name: 'Sources' }).click()
    await page.getByRole('heading', { name: 'Sources', level: 1 }).waitFor()
    assert.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
    assert.match(await page.title(), /^Sources/)
  })

  it('fits a phone: nothing is wider than the page, and the menu opens', async (t) => {
    const sink = await startSink(t)
    sink.answer(500)
    const gateway = await startConsole(t, sink.url)
    const { id } = await postGithub(gateway, 'push', JSON.stringify({ long: 'x'.repeat(400) }))
    await postGithub(gateway, 'push', '{}', { secret: 'wrong' })
    await sink.until(1)
    const { page } = await visit(t, open(), gateway, '/console', {
      viewport: { width: 360, height: 740 },
      hasTouch: true,
      isMobile: true,
    })
    for (const path of [
      '',
      '/events',
      `/events/${id}`,
      '/rejected',
      '/dead-letters',
      '/destinations',
      '/sources',
      '/send',
      '/settings',
    ]) {
      await page.goto(`${gateway.url}/console${path}`)
      await page.locator('.tiles, .row, .timeline, .card, .settings').first().waitFor()
      assert.equal(await page.evaluate('document.documentElement.scrollWidth <= innerWidth'), true, path)
    }
    await page.getByRole('button', { name: 'Menu' }).click()
    await page.getByRole('navigation').getByRole('link', { name: 'Overview' }).click()
    await page.getByRole('heading', { name: 'Overview', level: 1 }).waitFor()
    assert.equal(await page.getByRole('button', { name: 'Menu' }).getAttribute('aria-expanded'), 'false')
  })
}
