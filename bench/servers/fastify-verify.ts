// The reference: the least a verifying gateway can do on Fastify. Raw bytes, one HMAC, a constant-time compare, a fixed
// answer. Nothing is parsed, echoed, logged or stored.
import { createHmac, createSecretKey, timingSafeEqual } from 'node:crypto'
import fastify from 'fastify'

const key = createSecretKey(process.env['WEBHOOK_SECRET'] ?? '', 'utf8')
const prefix = 'sha256='
const digestHexLength = 64

const app = fastify({ bodyLimit: 64 * 1024 * 1024 })
app.removeAllContentTypeParsers()
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))

app.get('/health', () => ({ status: 'ok' }))

function verify(body: Buffer, signature: string | string[] | undefined): boolean {
  if (typeof signature !== 'string' || signature.length !== prefix.length + digestHexLength) return false
  const given = Buffer.from(signature.slice(prefix.length), 'hex')
  const expected = createHmac('sha256', key).update(body).digest()
  return given.length === expected.length && timingSafeEqual(given, expected)
}

app.post<{ Body: Buffer }>('/webhook/:event', async (request, reply) => {
  if (!verify(request.body, request.headers['x-webhook-signature'])) {
    return reply.code(401).send({ error: 'Invalid signature.' })
  }
  return { received: true }
})

await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
