import { createServer } from 'node:http'
import { DatabaseSync } from 'node:sqlite'
import { buffer } from 'node:stream/consumers'
import { Webhook } from 'standardwebhooks'

/**
 * An application that the gateway delivers to: checks the gateway's signature, which is the same for every sender, and
 * does its work once per event. See README.md beside this file.
 */
const secret = process.env['FORWARD_SECRET']
if (secret === undefined) throw new Error('FORWARD_SECRET is not set: give the one that the gateway signs with')
const webhook = new Webhook(secret)

const db = new DatabaseSync(process.env['RECEIVER_DB'] ?? 'receiver.db')
db.exec('CREATE TABLE IF NOT EXISTS events (id TEXT PRIMARY KEY, type TEXT NOT NULL, body BLOB NOT NULL) STRICT')
const insert = db.prepare('INSERT INTO events (id, type, body) VALUES (?, ?, ?) ON CONFLICT DO NOTHING')

const server = createServer(async (request, response) => {
  // The exact bytes: a parsed body that is written again has another signature.
  const body = await buffer(request)
  const header = (name: string) => String(request.headers[name] ?? '')
  const id = header('webhook-id')
  try {
    const signature = {
      'webhook-timestamp': header('webhook-timestamp'),
      'webhook-signature': header('webhook-signature'),
    }
    // An event need not be JSON.
    webhook.verify(body, { 'webhook-id': id, ...signature }, { jsonParse: false })
  } catch {
    response.writeHead(401).end()
    return
  }
  // Delivery is at least once: the id makes the second time do nothing. Work in the same database shares its transaction.
  const { changes } = insert.run(id, header('posthorn-type'), body)
  process.stdout.write(`${changes === 1 ? 'new' : 'seen before'}: ${header('posthorn-type')} ${id}\n`)
  response.writeHead(204).end()
})

server.listen(Number(process.env['RECEIVER_PORT'] ?? 8080), 'localhost')
