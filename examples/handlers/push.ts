import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { defineHandler } from 'posthorn'

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#push */
const Push = Type.Object({ ref: Type.String(), after: Type.String() })
const buildUrl = process.env['BUILD_URL'] ?? 'http://localhost:8080/builds'

/** Asks a build server for a build of what was pushed to the main branch. */
export default defineHandler(async (event, { idempotencyKey, signal }) => {
  // A handler is chosen by type alone, and the default source's types are anybody's who has its secret.
  if (event.source !== 'github') return
  const push = event.json()
  if (!Value.Check(Push, push) || push.ref !== 'refs/heads/main') return

  const answer = await fetch(buildUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify({ commit: push.after }),
    // Ends the request when the attempt's time is up, or when the gateway stops.
    signal,
  })
  // Thrown is tried again.
  if (!answer.ok) throw new Error(`the build server answered ${answer.status}`)
})
