// Fastify as it comes: parses JSON, echoes it, verifies and stores nothing.
import fastify from 'fastify'

const app = fastify({ bodyLimit: 64 * 1024 * 1024 })

app.get('/health', () => ({ status: 'ok' }))

app.post<{ Params: { event: string } }>('/webhook/:event', async (request) => ({
  message: 'Webhook received successfully.',
  event: request.params.event,
  receivedData: request.body,
}))

await app.listen({ port: Number(process.env['PORT']), host: '127.0.0.1' })
