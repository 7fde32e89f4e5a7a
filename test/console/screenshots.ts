// Takes the pictures in docs/images anew: `node test/console/screenshots.ts`. Look at them before you commit them.
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { firstSequenceAt } from '../../src/store/event-id.ts'
import { openWriter } from '../../src/store/sqlite/writer.ts'
import { launchChromium } from '../support/browser.ts'
import { tempDir } from '../support/temp-dir.ts'
import { postGithub, startConsole, startSink, visit } from './support.ts'

const images = join(import.meta.dirname, '..', '..', 'docs', 'images')
const minuteMs = 60_000
const day = 86_400_000

/** Six hours of counts, as the store would have left them: more by turns, with a destination that was down for a while. */
function fillCounts(dataDir: string): void {
  openWriter({ dataDir, dedupRetentionMs: 35 * day, lockWaitMs: 0 }).close()
  const db = new DatabaseSync(join(dataDir, 'posthorn.db'))
  db.exec("BEGIN; INSERT INTO destinations (id, name) VALUES (1, 'app')")
  const types = [
    ['github', 'push', 9],
    ['stripe', 'invoice.paid', 6],
    ['shopify', 'orders/create', 4],
  ] as const
  const insertType = db.prepare('INSERT INTO event_types (id, source, type) VALUES (?, ?, ?)')
  const insertEvents = db.prepare('INSERT INTO event_tallies VALUES (?, ?, ?, ?, ?)')
  const insertDeliveries = db.prepare('INSERT INTO delivery_tallies VALUES (1, ?, ?, ?, ?)')
  const insertRejections = db.prepare('INSERT INTO rejection_tallies VALUES (?, ?, ?, ?)')
  for (const [index, [source, type]] of types.entries()) insertType.run(index + 1, source, type)
  const thisMinute = Math.floor(firstSequenceAt(Date.now()) / (4096 * minuteMs))
  for (let back = 1; back <= 360; back += 1) {
    const wave = 1 + 0.6 * Math.sin(back / 9) + 0.25 * Math.sin(back * 1.7)
    let accepted = 0
    for (const [index, [, , rate]] of types.entries()) {
      const count = Math.max(0, Math.round(rate * wave))
      accepted += count
      insertEvents.run(index + 1, thisMinute - back, count, back % 7 === 0 ? 1 : 0, count * 2100)
    }
    const down = back > 20 && back < 27
    insertDeliveries.run(
      thisMinute - back,
      down ? Math.round(accepted / 3) : accepted,
      down ? accepted : back % 13 === 0 ? 1 : 0,
      0,
    )
    if (back % 11 === 0) insertRejections.run('github', 'mismatch', thisMinute - back, 1 + (back % 3))
  }
  db.exec('COMMIT')
  db.close()
}

const cleanups: (() => Promise<void> | void)[] = []
const t = { after: (hook: () => Promise<void> | void) => void cleanups.unshift(hook) }
const dataDir = join(tempDir(), 'data')
mkdirSync(dataDir, { recursive: true })
mkdirSync(images, { recursive: true })
fillCounts(dataDir)
const sink = await startSink(t)
const gateway = await startConsole(t, sink.url, {
  DATA_DIR: dataDir,
  PUBLIC_URL: 'https://hooks.example.com',
  STRIPE_WEBHOOK_SECRET: `whsec_${'Zm9vYmFyYmF6cXV4'.repeat(2)}`,
  SHOPIFY_WEBHOOK_SECRET: '9f'.repeat(16),
  WEBHOOK_SECRET: '7c'.repeat(16),
  FORWARD_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
})
const browser = await launchChromium()
try {
  const payload = (n: number) =>
    JSON.stringify({
      action: 'opened',
      number: 480 + n,
      pull_request: { title: 'Keep every digit', merged: false, additions: 120 + n, draft: n % 2 === 0 },
      repository: { full_name: 'acme/shop', private: true },
      sender: { login: 'ada' },
    })
  for (let n = 0; n < 14; n += 1)
    await postGithub(gateway, ['push', 'pull_request', 'check_run'][n % 3] ?? '', payload(n))
  await sink.until(14)
  sink.answer(503, '{"error":"the database is being moved"}')
  const { id } = await postGithub(gateway, 'pull_request', payload(15))
  await sink.until(15)
  sink.answer(204)
  for (let n = 0; n < 4; n += 1) await postGithub(gateway, 'push', payload(20 + n))
  await postGithub(gateway, 'push', payload(30), { secret: `${'a-secret-between-github-and-us'} ` })
  await sink.until(19)

  const desktop = { viewport: { width: 1200, height: 750 } } as const
  const phone = { viewport: { width: 390, height: 760 }, isMobile: true, hasTouch: true } as const
  const shots = [
    { name: 'overview', path: '', wait: '.canvas canvas', options: { ...desktop, colorScheme: 'light' } },
    { name: 'events', path: '/events', wait: '.row', options: { ...desktop, colorScheme: 'light' } },
    { name: 'event', path: `/events/${id}`, wait: '.attempts', options: { ...desktop, colorScheme: 'dark' } },
    { name: 'rejected', path: '/rejected', wait: '.row', options: { ...desktop, colorScheme: 'light' }, open: '.row' },
    { name: 'sources', path: '/sources', wait: '.card', options: { ...desktop, colorScheme: 'dark' } },
    { name: 'phone-overview', path: '', wait: '.canvas canvas', options: { ...phone, colorScheme: 'light' } },
    { name: 'phone-event', path: `/events/${id}`, wait: '.attempts', options: { ...phone, colorScheme: 'dark' } },
  ] as const
  for (const { name, path, wait, options, ...more } of shots) {
    const { page, problems } = await visit(t, browser, gateway, `/console${path}`, options)
    await page.locator(wait).first().waitFor()
    if ('open' in more) {
      await page.locator(more.open).first().click()
      await page.locator('.diagnosis').waitFor()
    }
    // Counts are written about once a second, and shown every five.
    await page.waitForTimeout(path === '' ? 6_500 : 800)
    await page.screenshot({ path: join(images, `console-${name}.png`) })
    await page.context().close()
    if (problems.length > 0) throw new Error(problems.join('\n'))
    console.log(name)
  }
} finally {
  await browser.close()
  for (const cleanup of cleanups) await cleanup()
}
