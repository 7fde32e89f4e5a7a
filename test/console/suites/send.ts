import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Browser } from 'playwright-core'
import { assertClean, shareDesk } from '../support.ts'

export function testSend(open: () => Browser): void {
  const desk = shareDesk(open)

  it('sends a signed sample that is accepted, and one that is wrong on purpose and rejected', async (t) => {
    const { sink, visit } = desk()
    const seen = await visit(t, '/console/send?source=github')
    const { page } = seen
    const body = page.getByRole('textbox', { name: 'Body' })
    await body.waitFor()
    await body.fill('{"ref":"refs/heads/edited"}')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('As it should be.').waitFor()
    await page.locator('.answer-status').getByText('200').waitFor()
    await sink.until(1)
    assert.equal(sink.bodies[0], '{"ref":"refs/heads/edited"}')

    await page.getByLabel('Wrong on purpose').selectOption('wrong-secret')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.answer-status').getByText('401').waitFor()
    await page.getByText('As it should be.').waitFor()
    await page.getByLabel('Wrong on purpose').selectOption('')
    // A secret that was typed does not matter once nothing is signed.
    await page.getByRole('textbox', { name: 'Secret' }).fill('of-another-receiver')
    await page.getByLabel('Do not sign it').check()
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByText('It is not signed.').waitFor()
    await page.getByRole('textbox', { name: 'Secret' }).and(page.locator(':disabled')).waitFor()
    await page.getByLabel('Do not sign it').uncheck()
    await page.getByRole('textbox', { name: 'Secret' }).fill('')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.getByRole('link', { name: 'the event' }).click()
    await page.getByRole('heading', { name: 'What became of it' }).waitFor()
    assert.equal((await page.content()).includes('a-secret-between-github-and-us'), false)
    assertClean(seen)
  })

  it('sends to any other URL as a sender of one’s choice', async (t) => {
    const { sink, visit } = desk()
    sink.answer(202, '{"ok":true}')
    const seen = await visit(t, '/console/send')
    const { page } = seen
    await page.getByRole('combobox', { name: 'To', exact: true }).selectOption(':url')
    await page.getByRole('textbox', { name: 'URL' }).fill(sink.url)
    await page.getByLabel('As this sender').selectOption('stripe')
    await page.getByRole('textbox', { name: 'Secret' }).fill('whsec_dGVzdA==')
    await page.getByRole('button', { name: 'Send', exact: true }).click()
    await page.locator('.answer-status').getByText('202').waitFor()
    await page
      .getByRole('region', { name: 'Headers of the request' })
      .getByText('stripe-signature', { exact: false })
      .waitFor()
    assert.equal(sink.bodies.length, 1)
    assertClean(seen)
  })
}
