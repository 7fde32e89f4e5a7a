// What the console takes with a lot stored: how soon a person sees something, and how soon the page answers them. Fills a
// store with SQL, starts the gateway on it and drives Chromium: `node bench/console.ts --events 1e6 --rounds 5`.
import { parseArgs } from 'node:util'
import type { Browser, Page } from 'playwright-core'
import { launchChromium } from '../test/support/browser.ts'
import { startGateway } from '../test/support/gateway.ts'
import { removeScratchDir } from './harness/contest.ts'
import { fillEvents, fillStore } from './harness/filled-store.ts'
import { median } from './harness/statistics.ts'
import { type Column, figure, renderTable } from './harness/table.ts'

interface Row {
  readonly what: string
  readonly median: number
  readonly worst: number
  readonly unit: string
}

const { values } = parseArgs({
  options: { events: { type: 'string', default: '1e6' }, rounds: { type: 'string', default: '5' } },
})
const events = Number(values.events)
const token = 'bench0123'.repeat(6)
const samples = new Map<string, { readonly unit: string; readonly values: number[] }>()

function note(what: string, value: number, unit = 'ms'): void {
  const known = samples.get(what) ?? { unit, values: [] }
  known.values.push(value)
  samples.set(what, known)
}

/** From an action of the reader until what they wait for is on the page. */
async function time(what: string, act: () => Promise<unknown>, seen: () => Promise<unknown>): Promise<void> {
  const startedAt = performance.now()
  await act()
  await seen()
  note(what, performance.now() - startedAt)
}

const residentMiB = async (url: string): Promise<number> => {
  const text = await (await fetch(`${url}/metrics`, { headers: { authorization: `Bearer ${token}` } })).text()
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(text)?.[1]) / 1024 / 1024
}

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/console/login`)
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.locator('.tiles').waitFor()
}

async function round(browser: Browser, url: string): Promise<void> {
  const first = await browser.newContext({ viewport: { width: 1280, height: 900 } })
  const page = await first.newPage()
  await signIn(page, url)
  const cookies = await first.storageState()
  await first.close()

  // A browser that has none of the files yet, and then one that has them.
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, storageState: cookies })
  for (const visit of ['first visit', 'later visit']) {
    const opened = await context.newPage()
    const row = opened.locator('.row').first()
    await time(
      `events, ${visit}: rows on the page`,
      () => opened.goto(`${url}/console/events`),
      () => row.waitFor(),
    )
    const paint = await opened.evaluate<number>("performance.getEntriesByName('first-contentful-paint')[0].startTime")
    note(`events, ${visit}: first contentful paint`, paint)
    await opened.close()
  }
  const work = await context.newPage()
  await work.goto(`${url}/console/events`)
  const rows = work.locator('.row')
  await rows.first().waitFor()
  await time(
    'scrolling to row 1,000 of the list',
    async () => {
      while ((await work.locator('li[aria-posinset="1000"]').count()) === 0) {
        await work.mouse.wheel(0, 4_000)
        await work.waitForTimeout(16)
      }
    },
    () => work.locator('li[aria-posinset="1000"]').waitFor(),
  )
  note('elements in the page then', await work.evaluate<number>("document.querySelectorAll('*').length"), '')
  note('JavaScript heap then', await work.evaluate<number>('performance.memory.usedJSHeapSize / 1048576'), 'MiB')
  /** Rows are there, and all of them say this. */
  const only = async (cell: string, text: string) => {
    await work.locator(`.row:not(:has(${cell}:text-is("${text}")))`).first().waitFor({ state: 'detached' })
    await rows.first().waitFor()
  }
  await work.evaluate('scrollTo(0, 0)')
  await time(
    'choosing a source',
    () => work.getByLabel('Source').selectOption('source-5'),
    () => only('.source .clip', 'source-5'),
  )
  await time(
    'a state that one in a thousand has',
    () => work.getByLabel('State').selectOption('dead'),
    () => only('.state .badge', 'dead'),
  )
  await time(
    'opening an event',
    () => rows.first().click(),
    () => work.locator('.timeline').waitFor(),
  )
  await time(
    'going back',
    () => work.goBack(),
    () => rows.first().waitFor(),
  )
  await time(
    'the overview of an hour, with its plots',
    () => work.getByRole('navigation').getByRole('link', { name: 'Overview' }).click(),
    () => work.locator('.canvas canvas').first().waitFor(),
  )
  await time(
    'and of 30 days',
    () => work.getByRole('link', { name: '30 d' }).click(),
    () =>
      work
        .getByRole('img', { name: /In the last 30 d/ })
        .first()
        .waitFor(),
  )
  await context.close()
}

const dataDir = fillStore(fillEvents(events))
const cleanups: (() => Promise<void> | void)[] = []
const gateway = await startGateway(
  { after: (hook) => void cleanups.unshift(hook) },
  { DATA_DIR: dataDir, ADMIN_TOKEN: token, SOURCE_5_WEBHOOK_SECRET: 'c0ffee00'.repeat(4) },
)
const browser = await launchChromium()
try {
  const before = await residentMiB(gateway.url)
  for (let n = 0; n < Number(values.rounds); n += 1) await round(browser, gateway.url)
  note('memory of the gateway before anybody opened the console', before, 'MiB')
  note('and after all this', await residentMiB(gateway.url), 'MiB')
} finally {
  await browser.close()
  for (const cleanup of cleanups) await cleanup()
  removeScratchDir(dataDir)
}
const rows = [...samples].map(
  ([what, { unit, values: all }]): Row => ({ what, unit, median: median(all), worst: Math.max(...all) }),
)
const columns: Column<Row>[] = [
  { title: `with ${events.toLocaleString('en')} events`, value: ({ what }) => what, text: true },
  { title: 'median', value: (row) => `${figure(row.median)} ${row.unit}`.trim() },
  { title: 'worst', value: (row) => `${figure(row.worst)} ${row.unit}`.trim() },
]
console.log(renderTable(columns, rows))
