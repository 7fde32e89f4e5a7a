// The webhook server that tutorials build, in its usual form: Express 5, CORS, the body parsed before it is verified,
// an HMAC over the object serialised again, the payload echoed. It stores nothing. TUTORIAL_LOG=true prints every event
// as the tutorials do; false leaves that out, so that the comparison can be made without the price of console.log.
import { createHmac, timingSafeEqual } from 'node:crypto'
import cors from 'cors'
import express from 'express'

const secret = process.env.WEBHOOK_SECRET ?? ''
const log = process.env.TUTORIAL_LOG === 'true'

const app = express()
app.use(cors())
// The tutorials keep the default of 100 kB; raised so that the larger bodies can be compared at all.
app.use(express.json({ limit: '50mb' }))
app.use(express.urlencoded({ extended: true, limit: '50mb' }))

app.get('/', (_request, response) => {
  response.json({ message: 'Webhook server is running.', endpoints: ['/health', '/webhook/:event'] })
})

app.get('/health', (_request, response) => {
  response.json({ status: 'ok' })
})

function signatureMatches(signature, payload) {
  if (typeof signature !== 'string') return false
  const expected = `sha256=${createHmac('sha256', secret).update(JSON.stringify(payload)).digest('hex')}`
  const given = Buffer.from(signature)
  const wanted = Buffer.from(expected)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}

app.post('/webhook/:event', (request, response) => {
  const event = request.headers['x-event-type'] ?? request.params.event
  if (log) {
    console.log(`Received webhook event: ${event}`)
    console.log('Headers:', request.headers)
    console.log('Body:', request.body)
  }
  if (!signatureMatches(request.headers['x-webhook-signature'], request.body)) {
    response.status(401).json({ error: 'Invalid signature.' })
    return
  }
  response.status(200).json({ message: 'Webhook received successfully.', event, receivedData: request.body })
})

app.listen(Number(process.env.PORT), '127.0.0.1')
