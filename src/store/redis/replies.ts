/** What a script answers: texts as bytes, since some are bodies. */
export type Reply = Buffer | number | string | null | readonly Reply[]

export function isReply(value: unknown): value is Reply {
  return (
    value === null ||
    typeof value === 'number' ||
    typeof value === 'string' ||
    Buffer.isBuffer(value) ||
    (Array.isArray(value) && value.every(isReply))
  )
}

export function listOf(reply: Reply | undefined): readonly Reply[] {
  return isList(reply) ? reply : []
}

function isList(reply: Reply | undefined): reply is readonly Reply[] {
  return Array.isArray(reply)
}

export function textOf(reply: Reply | undefined): string {
  return Buffer.isBuffer(reply) || typeof reply === 'number' || typeof reply === 'string' ? reply.toString() : ''
}

export function textOrNull(reply: Reply | undefined): string | null {
  return reply === null || reply === undefined ? null : textOf(reply)
}

export function numberOf(reply: Reply | undefined): number {
  return Number(textOf(reply))
}

/** Nothing stands for null too. */
export function numberOrNull(reply: Reply | undefined): number | null {
  const text = textOf(reply)
  return text === '' ? null : Number(text)
}

export function bytesOrNull(reply: Reply | undefined): Buffer | null {
  return Buffer.isBuffer(reply) ? reply : null
}

/** A hash, which comes as name, value, name, value … */
export function hashOf(reply: Reply | undefined): ReadonlyMap<string, Reply> {
  const fields = listOf(reply)
  const hash = new Map<string, Reply>()
  for (let i = 0; i + 1 < fields.length; i += 2) hash.set(textOf(fields[i]), fields[i + 1] ?? null)
  return hash
}

/** A list of texts that was kept as JSON. */
export function textsOf(reply: Reply | undefined): readonly string[] {
  const parsed: unknown = parseJson(textOf(reply))
  return Array.isArray(parsed) ? parsed.map(String) : []
}

export function recordOf(reply: Reply | undefined): Readonly<Record<string, unknown>> {
  const parsed = parseJson(textOf(reply))
  return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {}
}

function parseJson(text: string): unknown {
  return text === '' ? null : JSON.parse(text)
}
