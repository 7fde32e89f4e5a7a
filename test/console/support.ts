import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { after, afterEach, before } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import type { Browser, BrowserContext, BrowserContextOptions, Locator, Page } from 'playwright-core'
import type { DestinationView } from '../../src/operator/schemas.ts'
import { type Cleanup, type Gateway, startGateway } from '../support/gateway.ts'
import { hmacHex } from '../support/sign.ts'
import { tempDir } from '../support/temp-dir.ts'

export const adminToken = 'f00dcafe'.repeat(8)
export const viewerToken = 'cafef00d'.repeat(8)
export const githubSecret = 'a-secret-between-github-and-us'

/** A destination that answers as the test says, and remembers what it was sent. */
export interface Sink {
  readonly url: string
  readonly bodies: readonly string[]
  answer(status: number, body?: string): void
  /** Resolves once so many have come. */
  until(count: number): Promise<void>
  /** Answers 204 again, and forgets what came. */
  reset(): void
}

export async function startSink(t: Cleanup): Promise<Sink> {
  const bodies: string[] = []
  let status = 204
  let said = ''
  let wake = () => {}
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    bodies.push(Buffer.concat(chunks).toString())
    response.writeHead(status, { 'content-type': 'text/html', 'x-sink': '<img src=x onerror=alert(1)>' }).end(said)
    wake()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    bodies,
    answer(next, body = '') {
      status = next
      said = body
    },
    reset() {
      bodies.length = 0
      status = 204
      said = ''
    },
    async until(count) {
      while (bodies.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

/** A gateway with a token, GitHub's secret, and one destination that is given up after one attempt. */
export async function startConsole(
  t: Cleanup,
  sinkUrl: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Gateway> {
  const config = join(tempDir(), 'posthorn.config.json')
  const app = { url: sinkUrl, schedule: 'none' }
  writeFileSync(config, JSON.stringify({ destinations: { app } }))
  return startGateway(t, {
    ADMIN_TOKEN: adminToken,
    VIEWER_TOKEN: viewerToken,
    GITHUB_WEBHOOK_SECRET: githubSecret,
    CONFIG: config,
    ...env,
  })
}

/** Posts as GitHub does; gives Posthorn's id of the event. */
export async function postGithub(
  gateway: Gateway,
  event: string,
  body: string,
  { secret = githubSecret, headers = {} }: { readonly secret?: string; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly status: number; readonly id: string }> {
  const answer = await fetch(`${gateway.url}/webhook/github`, {
    method: 'POST',
    body,
    headers: {
      'content-type': 'application/json',
      'x-github-event': event,
      'x-github-delivery': crypto.randomUUID(),
      'x-hub-signature-256': `sha256=${hmacHex(secret, body)}`,
      ...headers,
    },
  })
  const said: unknown = await answer.json()
  const id = typeof said === 'object' && said !== null && 'id' in said ? String(said.id) : ''
  return { status: answer.status, id }
}

/** A page of the console, and everything that should not happen in it. */
export interface Visit {
  readonly page: Page
  /** Errors, refusals by the page's own policy, requests to anybody else. */
  readonly problems: readonly string[]
}

export type VisitOptions = BrowserContextOptions & { readonly token?: string }

/** Opens a page as somebody who has just signed in, in a browser that knows nothing; closed with the test. */
export async function visit(
  t: Cleanup,
  browser: Browser,
  gateway: Gateway,
  path: string,
  { token = adminToken, ...options }: VisitOptions = {},
): Promise<Visit> {
  const context = await newContext(browser, options)
  t.after(() => context.close())
  const seen = await openPage(context, gateway, path)
  await signIn(seen.page, token)
  return seen
}

/** A gateway of a suite's own, with what its tests look at and where it delivers. */
export interface Desk {
  readonly gateway: Gateway
  readonly sink: Sink
  /** Opens a page in a browser that has been signed in for long; the page is closed with the test. */
  visit(t: Cleanup, path: string): Promise<Visit>
}

/** To be called where tests are described: they share what takes long to start. */
export function shareDesk(browser: () => Browser, env: Readonly<Record<string, string>> = {}): () => Desk {
  const hooks: (() => Promise<void> | void)[] = []
  let desk: Desk | null = null
  before(async () => {
    const cleanup: Cleanup = { after: (hook) => void hooks.unshift(hook) }
    const sink = await startSink(cleanup)
    const gateway = await startConsole(cleanup, sink.url, env)
    const context = await newContext(browser())
    cleanup.after(() => context.close())
    const first = await openPage(context, gateway, '/console/login')
    await signIn(first.page, adminToken)
    await first.page.close()
    desk = {
      gateway,
      sink,
      async visit(t, path) {
        const seen = await openPage(context, gateway, path)
        t.after(() => seen.page.close())
        await seen.page.getByRole('heading', { level: 1 }).waitFor()
        return seen
      },
    }
  })
  // What one test has had delivered does not come to the next one's sink.
  afterEach(async () => {
    if (desk !== null) await untilIdle(desk.gateway)
  })
  after(async () => {
    for (const hook of hooks) await hook()
  })
  return () => {
    assert.ok(desk !== null)
    desk.sink.reset()
    return desk
  }
}

/** Until nothing is on its way to a destination that takes anything. */
async function untilIdle(gateway: Gateway): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}` }
  for (;;) {
    const answer = await fetch(`${gateway.url}/api/destinations`, { headers })
    const said: { readonly destinations: readonly DestinationView[] } = JSON.parse(await answer.text())
    if (said.destinations.every(({ state, pending, leased }) => state !== 'active' || pending + leased === 0)) return
    await pause(50)
  }
}

async function newContext(browser: Browser, options: BrowserContextOptions = {}): Promise<BrowserContext> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options })
  context.setDefaultTimeout(60_000)
  return context
}

async function openPage(context: BrowserContext, gateway: Gateway, path: string): Promise<Visit> {
  const page = await context.newPage()
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(`error: ${error.message}`))
  page.on('console', (message) => {
    // What the API refuses is shown to the reader; that it was refused is not the page's fault.
    const refused = message.text().startsWith('Failed to load resource')
    if (message.type() === 'error' && !refused) problems.push(`console: ${message.text()}`)
  })
  page.on('dialog', (dialog) => {
    problems.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== gateway.url && url.protocol !== 'data:') problems.push(`request: ${request.url()}`)
  })
  await page.goto(`${gateway.url}${path}`)
  return { page, problems }
}

export async function signIn(page: Page, token: string): Promise<void> {
  await page.getByLabel('Token').fill(token)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.getByRole('heading', { level: 1 }).waitFor()
}

/** There once the page shows events as they come: the switch is there before, and says that it connects. */
export function watching(page: Page): Locator {
  return page.getByRole('switch', { name: 'Live' }).getByText('Live', { exact: true })
}

/** The console came up, and nothing happened that should not. */
export function assertClean({ problems }: Visit): void {
  assert.deepEqual(problems, [])
}
