import { createHmac, createSecretKey, randomUUID } from 'node:crypto'
import { createBodyTemplate, eventIdLength } from './bodies.ts'
import type { LoadSpec } from './types.ts'

/** A signed request, ready for the socket; what follows `own` is the same bytes for every request. */
export interface SignedRequest {
  readonly own: Buffer
  readonly shared: Buffer | null
}

export interface RequestPool {
  /** Signs `count` requests ahead of time. */
  fill(count: number): void
  /** The next request, never the same twice; signed on the spot when none is left. */
  next(): SignedRequest
  /** How many had to be signed on the spot since the last `fill`. */
  lateSigned(): number
}

/** Beyond this size a body's unchanging rest is kept once for all requests, not copied into each. */
const inlineLimit = 16 * 1024
const inlinePart = 512

const digestHex = '0'.repeat(64)

interface Head {
  readonly text: string
  readonly signatureOffset: number
}

function createHead(spec: LoadSpec, timestamp: string): Head {
  const signature =
    spec.signing === 'generic'
      ? `X-Webhook-Signature: sha256=${digestHex}`
      : `X-HookMesh-Signature: t=${timestamp},v1=${digestHex}`
  const text = [
    `POST ${spec.path} HTTP/1.1`,
    `Host: 127.0.0.1:${spec.port}`,
    'User-Agent: bench/1',
    'Content-Type: application/json',
    signature,
    `Content-Length: ${spec.bodySize}`,
    '\r\n',
  ].join('\r\n')
  return { text, signatureOffset: text.indexOf(digestHex) }
}

/** Requests with random ids, as most senders give them, each with the signature its own bytes need. */
export function createRequestPool(spec: LoadSpec): RequestPool {
  const key = createSecretKey(spec.secret, 'utf8')
  const timestamp = String(Math.floor(Date.now() / 1000))
  const body = createBodyTemplate(spec.bodySize)
  const head = createHead(spec, timestamp)
  const ownBody = spec.bodySize <= inlineLimit ? body.bytes.length : inlinePart
  const shared = ownBody === body.bytes.length ? null : body.bytes.subarray(ownBody)
  const template = Buffer.concat([Buffer.from(head.text, 'latin1'), body.bytes.subarray(0, ownBody)])
  const idOffset = head.text.length + body.idOffset

  let slab = Buffer.alloc(0)
  let taken = 0
  let late = 0

  function sign(own: Buffer): void {
    template.copy(own)
    own.write(`evt_${randomUUID()}`, idOffset, eventIdLength, 'latin1')
    const hmac = createHmac('sha256', key)
    if (spec.signing === 'timestamped') hmac.update(`${timestamp}.`)
    hmac.update(own.subarray(head.text.length))
    if (shared !== null) hmac.update(shared)
    own.write(hmac.digest('hex'), head.signatureOffset, digestHex.length, 'latin1')
  }

  return {
    fill(count) {
      slab = Buffer.allocUnsafe(count * template.length)
      for (let index = 0; index < count; index += 1) {
        sign(slab.subarray(index * template.length, (index + 1) * template.length))
      }
      taken = 0
      late = 0
    },
    next() {
      const start = taken * template.length
      if (start < slab.length) {
        taken += 1
        return { own: slab.subarray(start, start + template.length), shared }
      }
      late += 1
      const own = Buffer.allocUnsafe(template.length)
      sign(own)
      return { own, shared }
    },
    lateSigned: () => late,
  }
}
