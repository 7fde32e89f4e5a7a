import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { ask } from '../../reliability/support/operator.ts'
import { assertClean, postGithub, shareDesk } from '../support.ts'

const script = '<script>window.owned=1;fetch("https://evil.example/")</script>'
const image = '<img src=x onerror="window.owned=1">'

export function testHostile(open: () => Browser): void {
  const desk = shareDesk(open, { WEBHOOK_SECRET: 'another-secret' })

  it('shows markup and script from strangers as text, wherever they put it', async (t) => {
    const { gateway, sink, visit } = desk()
    sink.answer(500, `<h1 id="injected">${script}</h1>`)
    const body = JSON.stringify({
      title: `${script}${image}`,
      link: 'javascript:window.owned=1',
      '</pre><h1 id=injected>': '</script><svg onload="window.owned=1">',
    })
    const headers = { 'user-agent': `${image}"><script>window.owned=1</script>`, 'x-html': `${script}` }
    const { id } = await postGithub(gateway, 'push', body, { headers })
    // A type of event that its sender named so; and rejected ones, with the same in path, headers and body.
    const typed = await postGithub(gateway, `a${image}`, body, { headers })
    await postGithub(gateway, `${image}`, body, { secret: 'wrong', headers })
    await fetch(`${gateway.url}/webhook/x?token=${encodeURIComponent(script)}&q=${encodeURIComponent(image)}`, {
      method: 'POST',
      body: image,
      headers,
    })
    await sink.until(typed.status === 200 ? 2 : 1)

    const seen = await visit(t, '/console')
    const { page } = seen
    const look = async (path: string, wait: string) => {
      await page.goto(`${gateway.url}${path}`)
      await page.locator(wait).first().waitFor()
      assert.equal(await page.evaluate('window.owned'), undefined, path)
      assert.equal(await page.locator('#injected, main script, main svg').count(), 0, path)
      assert.equal(await page.locator('main a[href^="javascript:" i]').count(), 0, path)
      assert.equal(
        await page.locator('main img:not([src^="/console/assets/"], [src*="/console/assets/"])').count(),
        0,
        path,
      )
    }
    await look('/console', '.tiles')
    await look('/console/events', '.row')
    await look(
      `/console/events?text=${encodeURIComponent(image)}&type=${encodeURIComponent(script)}&source=${encodeURIComponent(image)}`,
      '.empty, .row',
    )
    await look(`/console/events/${id}`, '.timeline')
    assert.match(await page.locator('section[aria-labelledby="body"] .code').innerText(), /<script>window\.owned=1/)
    await page.getByText('#1').click()
    for (const tab of ['Raw', 'Hex']) {
      await page.locator('section[aria-labelledby="body"]').getByRole('tab', { name: tab }).click()
      assert.equal(await page.evaluate('window.owned'), undefined)
    }
    await look('/console/dead-letters', '.row')
    await look('/console/rejected', '.row')
    const { rejections } = await ask(gateway.url, 'GET', '/rejections')
    for (const { id: rejection } of rejections) await look(`/console/rejected/${rejection}`, '.pairs')
    await look(`/console/events/${encodeURIComponent(image)}`, '.empty')
    await look('/console/destinations', '.card')
    await look('/console/sources', '.card')
    assertClean(seen)
  })

  it('runs nothing that is not its own', async (t) => {
    const { visit } = desk()
    const { page } = await visit(t, '/console/events')
    const blocked = await page.evaluate<string[]>(`new Promise((resolve) => {
      const seen = []
      addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        seen.push(effectiveDirective)
        if (seen.length === 3) resolve(seen.sort())
      })
      const script = document.createElement('script')
      script.textContent = 'window.owned = 1'
      document.body.append(script)
      document.body.insertAdjacentHTML('beforeend', '<p style="color: red">x</p>')
      fetch('https://elsewhere.example/').catch(() => {})
    })`)
    assert.deepEqual(blocked, ['connect-src', 'script-src-elem', 'style-src-attr'])
    assert.equal(await page.evaluate('window.owned'), undefined)
  })
}
