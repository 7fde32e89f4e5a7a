import assert from 'node:assert/strict'
import { send } from './http.ts'

let events = 0

/**
 * Whatever was done to the gateway on this port: it is healthy and takes an event. `headersFor` signs the event where
 * that is needed.
 */
export async function assertHealthy(
  port: number,
  headersFor: (body: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<void> {
  const health = await send(port, { method: 'GET', path: '/health' })
  assert.deepEqual([health.status, health.text], [200, '{"status":"ok"}'])
  const body = JSON.stringify({ event_id: `still-there-${process.pid}-${events++}` })
  const headers = { 'content-type': 'application/json', ...headersFor(body) }
  const { status, text } = await send(port, { path: '/webhook/still.there', headers, body })
  assert.equal(status, 200, text)
  assert.match(text, /"duplicate":false/)
}
