import type { FastifyRequest } from 'fastify'
import fp from 'fastify-plugin'
import fastifyRawBody from 'fastify-raw-body'
import { RefusalError, tooLarge } from '../src/errors.ts'
import { largeBytes } from '../src/events/source.ts'
import { ingestOf } from './ingest.ts'

export interface RawBodyOptions {
  /** The largest body of any source, in bytes; the source's own limit is checked as its body arrives. */
  readonly maxBodyLimit: number
  /** Bytes of large bodies that may be in memory at once; past it a request is asked to come again. */
  readonly maxBufferedBytes: number
  /** Called when a body turns out not to be small. */
  readonly prepare: () => void
}

const empty = Buffer.alloc(0)
/** Bodies up to this size are not counted: the number of connections bounds them. */
const smallBytes = 64 * 1024
/** https://www.rfc-editor.org/rfc/rfc9110#name-media-type */
const mediaType = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+\s*(?:;|$)/

/** The body exactly as it came over the wire; empty when there was none. */
export function bytesOf(request: FastifyRequest): Buffer {
  return Buffer.isBuffer(request.rawBody) ? request.rawBody : empty
}

/** How much is copied in one turn of the event loop. */
const copiedBytes = 4 * 1024 * 1024

/**
 * Moves the body, piece by piece, into memory that threads share, so that verifying, reading and storing it costs this
 * thread no further copies.
 */
function shareBytes(request: FastifyRequest, done: () => void): void {
  const bytes = bytesOf(request)
  const shared = Buffer.from(new SharedArrayBuffer(bytes.byteLength))
  copyFrom(0)

  function copyFrom(start: number): void {
    bytes.copy(shared, start, start, start + copiedBytes)
    if (start + copiedBytes < bytes.byteLength) {
      setImmediate(copyFrom, start + copiedBytes)
      return
    }
    request.rawBody = shared
    done()
  }
}

/**
 * Captures the exact bytes, whatever the content type, and parses nothing: what is not yet trusted is not looked into,
 * and a signature covers bytes, not what a parser makes of them.
 */
export default fp<RawBodyOptions>(
  async (app, { maxBodyLimit, maxBufferedBytes, prepare }) => {
    app.addHook('onRoute', (route) => {
      route.bodyLimit ??= maxBodyLimit
    })
    await app.register(fastifyRawBody, { global: true, encoding: false, runFirst: true, jsonContentTypes: [] })

    let buffered = 0

    app.addHook('onRequest', (request, reply, done) => {
      const announced = request.headers['content-length']
      if (announced === undefined || Number(announced) > smallBytes) {
        const ingest = ingestOf(request)
        const release = () => {
          buffered -= ingest.bufferedBytes
        }
        // What was gathered of a body that was given up is held until the rest of it has come.
        reply.raw.once('close', () => (request.raw.closed ? release() : request.raw.once('close', release)))
      }
      // Fastify would refuse to look for a parser; the original stays in `request.raw.headers`, and is what is stored.
      const contentType = request.headers['content-type']
      if (contentType !== undefined && !mediaType.test(contentType)) {
        request.headers = { 'content-type': 'application/octet-stream' }
      }
      done()
    })

    // fastify-raw-body gathers the bytes; all that is left to do here is to hold the body to its limits and wait.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (request, payload, done) => {
      const ingest = ingestOf(request)
      const limit = ingest.source.config.bodyLimit
      let size = 0
      let finished = false
      const finish = (error: RefusalError | null) => {
        if (finished) return
        finished = true
        // Given up: fastify-raw-body must not go on gathering what is only still read so that the sender can finish.
        if (error !== null) payload.removeAllListeners('data')
        done(error)
      }
      payload.on('data', (chunk: Buffer) => {
        size += chunk.length
        if (size > smallBytes) {
          if (ingest.bufferedBytes === 0) prepare()
          buffered += size - ingest.bufferedBytes
          ingest.bufferedBytes = size
        }
        if (size > limit) finish(tooLarge(limit))
        else if (size > smallBytes && buffered > maxBufferedBytes) {
          // Its connection is closed now; those who were there before it go on.
          buffered -= ingest.bufferedBytes
          ingest.bufferedBytes = 0
          finish(new RefusalError('UNAVAILABLE', { detail: 'too many large bodies are being received at once' }))
        }
      })
      payload.on('end', () => {
        if (size <= largeBytes) return finish(null)
        // A turn of its own: putting the pieces together has just taken one.
        setImmediate(shareBytes, request, () => finish(null))
      })
    })
  },
  { name: 'raw-body', fastify: '5.x', dependencies: ['source'] },
)
