import { setTimeout as pause } from 'node:timers/promises'

export const adminToken = 'f00dcafe'.repeat(8)

// biome-ignore lint/suspicious/noExplicitAny: what the API answers is what is tested
type Answer = any

/** Asks a gateway that was started with this `ADMIN_TOKEN`. @throws {Error} for any answer but 2xx */
export async function ask(
  origin: string,
  method: 'GET' | 'POST' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  const answer = await fetch(`${origin}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const json: unknown = await answer.json()
  if (!answer.ok) throw new Error(`${method} ${path} was answered ${answer.status}: ${JSON.stringify(json)}`)
  return json
}

/** Resolves with the answer to a GET once it is as asked. */
export async function askUntil(origin: string, path: string, isSo: (json: Answer) => boolean): Promise<Answer> {
  for (;;) {
    const json = await ask(origin, 'GET', path)
    if (isSo(json)) return json
    await pause(20)
  }
}
