import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { gunzipSync } from 'node:zlib'
import type { Cleanup } from './gateway.ts'

export interface CollectedSpan {
  readonly traceId: string
  readonly spanId: string
  /** Empty: it has none. */
  readonly parentId: string
  readonly state: string
  readonly name: string
  /** 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind: number
  readonly start: bigint
  readonly end: bigint
  readonly attributes: Readonly<Record<string, unknown>>
  /** 2: an error. */
  readonly status: number
  readonly resource: Readonly<Record<string, unknown>>
}

export interface Collector {
  readonly url: string
  readonly spans: readonly CollectedSpan[]
  /** Everything that was sent, as text, to look for what must not be there. */
  sent(): string
  /** Headers of the requests. */
  readonly headers: readonly NodeJS.Dict<string | string[]>[]
  /** Resolves with the first span that fits, those already there included. */
  collected(fits: (span: CollectedSpan) => boolean): Promise<CollectedSpan>
}

/** What an OpenTelemetry collector does with traces that come by HTTP: takes them, and reads them. */
export async function startCollector(t: Cleanup): Promise<Collector> {
  const spans: CollectedSpan[] = []
  const headers: NodeJS.Dict<string | string[]>[] = []
  let sent = ''
  let waiting: (() => void)[] = []
  const server = createServer(async (request, response) => {
    const body = await buffer(request)
    const bytes = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
    headers.push(request.headers)
    sent += bytes.toString('latin1')
    if (request.url === '/v1/traces') spans.push(...readTraces(bytes))
    response.writeHead(200, { 'content-type': 'application/x-protobuf' }).end()
    for (const wake of waiting) wake()
    waiting = []
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    spans,
    headers,
    sent: () => sent,
    async collected(fits) {
      for (;;) {
        const span = spans.find(fits)
        if (span !== undefined) return span
        await new Promise<void>((resolve) => waiting.push(resolve))
      }
    },
  }
}

/** A field of a message: https://protobuf.dev/programming-guides/encoding/ */
interface Field {
  readonly number: number
  /** Varints and fixed numbers as numbers, all else as bytes. */
  readonly value: bigint | Buffer
}

function readFields(bytes: Buffer): Field[] {
  const fields: Field[] = []
  let at = 0
  const varint = () => {
    let value = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes.readUInt8(at)
      at += 1
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return value
    }
  }
  while (at < bytes.length) {
    const tag = Number(varint())
    const number = tag >> 3
    const wire = tag & 7
    if (wire === 0) fields.push({ number, value: varint() })
    else {
      const length = wire === 1 ? 8 : wire === 5 ? 4 : Number(varint())
      const value = bytes.subarray(at, at + length)
      at += length
      fields.push({ number, value: wire === 1 ? value.readBigUInt64LE() : value })
    }
  }
  return fields
}

function messages(fields: readonly Field[], number: number): Field[][] {
  return fields.flatMap((field) =>
    field.number === number && Buffer.isBuffer(field.value) ? [readFields(field.value)] : [],
  )
}

function bytesOf(fields: readonly Field[], number: number): Buffer {
  const value = fields.find((field) => field.number === number)?.value
  return Buffer.isBuffer(value) ? value : Buffer.alloc(0)
}

function numberOf(fields: readonly Field[], number: number): bigint {
  const value = fields.find((field) => field.number === number)?.value
  return typeof value === 'bigint' ? value : 0n
}

function attributesOf(fields: readonly Field[], number: number): Record<string, unknown> {
  return Object.fromEntries(
    messages(fields, number).map((pair) => {
      const [value] = readFields(bytesOf(pair, 2))
      const read = Buffer.isBuffer(value?.value)
        ? value.value.toString()
        : value?.number === 2
          ? value.value === 1n
          : Number(value?.value)
      return [bytesOf(pair, 1).toString(), read]
    }),
  )
}

/** https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto */
function readTraces(bytes: Buffer): CollectedSpan[] {
  return messages(readFields(bytes), 1).flatMap((resourceSpans) => {
    const resource = attributesOf(readFields(bytesOf(resourceSpans, 1)), 1)
    return messages(resourceSpans, 2).flatMap((scope) =>
      messages(scope, 2).map((span) => ({
        traceId: bytesOf(span, 1).toString('hex'),
        spanId: bytesOf(span, 2).toString('hex'),
        state: bytesOf(span, 3).toString(),
        parentId: bytesOf(span, 4).toString('hex'),
        name: bytesOf(span, 5).toString(),
        kind: Number(numberOf(span, 6)),
        start: numberOf(span, 7),
        end: numberOf(span, 8),
        attributes: attributesOf(span, 9),
        status: Number(numberOf(readFields(bytesOf(span, 15)), 3)),
        resource,
      })),
    )
  })
}
