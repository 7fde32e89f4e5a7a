// The webhook server that provider guides build: Express 5, the raw body, `t=…,v1=…` over `t.body` with a tolerance, ids
// remembered in a Set, 200 at once and the work afterwards. A restart forgets the ids and the work.
import { createHmac, timingSafeEqual } from 'node:crypto'
import express from 'express'

const secret = process.env.WEBHOOK_SECRET ?? ''
const toleranceSeconds = 300

const app = express()
const processed = new Set()
let handled = 0

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' })
})

function verify(body, header) {
  if (typeof header !== 'string') return false
  const parts = Object.fromEntries(header.split(',').map((part) => part.split('=')))
  const timestamp = Number(parts.t)
  if (!(Math.abs(Date.now() / 1000 - timestamp) <= toleranceSeconds)) return false
  const expected = createHmac('sha256', secret).update(`${parts.t}.`).update(body).digest('hex')
  const given = Buffer.from(parts.v1 ?? '')
  const wanted = Buffer.from(expected)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

function processEvent(event) {
  if (event.type !== undefined) handled += 1
}

app.post('/webhook/:event', express.raw({ type: '*/*', limit: '50mb' }), (request, response) => {
  if (!verify(request.body, request.headers['x-hookmesh-signature'])) {
    response.status(401).json({ error: 'Invalid signature.' })
    return
  }
  const event = JSON.parse(request.body.toString('utf8'))
  if (processed.has(event.id)) {
    response.status(200).json({ received: true, duplicate: true })
    return
  }
  processed.add(event.id)
  response.status(200).json({ received: true })
  setImmediate(processEvent, event)
})

app.get('/', (_request, response) => {
  response.json({ message: 'Webhook server is running.', handled })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
