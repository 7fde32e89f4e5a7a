import fp from 'fastify-plugin'
import type { ConsoleAsset } from '../src/console/assets.ts'
import { type ServedAsset, serveAsset } from '../src/console/served.ts'

export interface ConsoleOptions {
  /** Called when somebody first asks. */
  readonly load: () => Promise<ReadonlyMap<string, ConsoleAsset>>
}

/**
 * Nothing but this gateway's own files runs or is shown, and it talks to nobody else: what a payload smuggles into a page
 * stays text.
 */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const yearSeconds = 365 * 24 * 60 * 60
const schema = { hide: true } as const

/** The console: one page at every path below `/console`, and its files at `/console/assets/`, which hold nothing of anybody's. */
export default fp<ConsoleOptions>(
  async (app, { load }) => {
    let loaded: Promise<ReadonlyMap<string, ServedAsset>> | null = null

    async function loadAll(): Promise<ReadonlyMap<string, ServedAsset>> {
      return new Map([...(await load())].map(([name, asset]) => [name, serveAsset(asset)]))
    }

    async function find(name: string): Promise<ServedAsset | undefined> {
      loaded ??= loadAll()
      try {
        return (await loaded).get(name)
      } catch (error) {
        // The next one who asks finds them read again.
        loaded = null
        throw error
      }
    }

    app.get<{ Params: { '*': string } }>(
      '/console/assets/*',
      { config: { open: true }, schema },
      async (request, reply) => {
        const name = request.params['*']
        const asset = name === 'index.html' ? undefined : await find(name)
        if (asset === undefined) return reply.code(404).send({ error: 'The console has no such file.' })
        const { etag, immutable, contentType } = asset
        reply.header('cache-control', immutable ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
        reply
          .header('cross-origin-resource-policy', 'same-origin')
          .header('vary', 'accept-encoding')
          .header('etag', etag)
        if (request.headers['if-none-match'] === etag) return reply.code(304).send()
        const { bytes, encoding } = await asset.body(request.headers['accept-encoding'] ?? '')
        if (encoding !== null) reply.header('content-encoding', encoding)
        return reply.type(contentType).send(bytes)
      },
    )

    for (const path of ['/console', '/console/*']) {
      app.get(path, { schema }, async (request, reply) => {
        const page = await find('index.html')
        if (page === undefined) throw new Error('the console has no index.html')
        const { bytes, encoding } = await page.body(request.headers['accept-encoding'] ?? '')
        if (encoding !== null) reply.header('content-encoding', encoding)
        return reply
          .header('content-security-policy', pagePolicy)
          .header('referrer-policy', 'same-origin')
          .header('cross-origin-opener-policy', 'same-origin')
          .header('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()')
          .header('x-frame-options', 'DENY')
          .header('vary', 'accept-encoding')
          .type(page.contentType)
          .send(bytes)
      })
    }
  },
  { name: 'console', fastify: '5.x', dependencies: ['operator-access'] },
)
