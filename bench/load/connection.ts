import { connect } from 'node:net'
import type { SignedRequest } from './request-pool.ts'

export interface Answer {
  readonly status: number
  /** The server called the event a duplicate: it was not stored. */
  readonly duplicate: boolean
}

export interface Connection {
  send(request: SignedRequest): void
  close(): void
}

export interface ConnectionHandlers {
  readonly onAnswer: (answer: Answer) => void
  readonly onProblem: (message: string) => void
}

// One buffer for all connections: libuv reads into it and the callback takes everything out before the next read.
const readBuffer = Buffer.allocUnsafeSlow(256 * 1024)
const headEnd = Buffer.from('\r\n\r\n', 'latin1')
const duplicateMark = Buffer.from('"duplicate":true', 'latin1')

interface Parser {
  /** @throws {Error} when the bytes are no HTTP answer with a content length. */
  push(chunk: Buffer): void
}

function createParser(onAnswer: (answer: Answer) => void): Parser {
  let pendingHead: Buffer | null = null
  let bodyLeft = 0
  let status = 0
  let duplicate = false

  function startBody(chunk: Buffer): number {
    const end = chunk.indexOf(headEnd)
    if (end < 0) return -1
    const head = chunk.toString('latin1', 0, end)
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (!head.startsWith('HTTP/1.1 ') || length === undefined)
      throw new Error(`unreadable answer: ${head.slice(0, 80)}`)
    status = Number(head.slice(9, 12))
    bodyLeft = Number(length)
    duplicate = false
    return end + headEnd.length
  }

  return {
    push(chunk) {
      let rest = chunk
      if (bodyLeft === 0) {
        const whole: Buffer = pendingHead === null ? chunk : Buffer.concat([pendingHead, chunk])
        const bodyStart = startBody(whole)
        pendingHead = bodyStart < 0 ? Buffer.from(whole) : null
        if (bodyStart < 0) return
        rest = whole.subarray(bodyStart)
        duplicate = rest.includes(duplicateMark)
      }
      bodyLeft -= rest.length
      if (bodyLeft < 0) throw new Error('more bytes than the answer announced')
      if (bodyLeft === 0) onAnswer({ status, duplicate })
    },
  }
}

/**
 * One keep-alive connection that has at most one request under way. Resolves once connected.
 * @throws {Error} when the server cannot be reached.
 */
export function openConnection(port: number, handlers: ConnectionHandlers): Promise<Connection> {
  return new Promise((resolve, reject) => {
    let closing = false
    const parser = createParser(handlers.onAnswer)
    const socket = connect({
      port,
      host: '127.0.0.1',
      noDelay: true,
      onread: {
        buffer: readBuffer,
        callback(length, buffer) {
          try {
            parser.push(Buffer.from(buffer.buffer, buffer.byteOffset, length))
          } catch (error) {
            handlers.onProblem(error instanceof Error ? error.message : String(error))
            socket.destroy()
          }
          return true
        },
      },
    })
    socket.on('error', (error) => {
      reject(error)
      if (!closing) handlers.onProblem(`connection failed: ${error.message}`)
    })
    socket.on('close', () => {
      if (!closing) handlers.onProblem('the server closed a connection')
    })
    socket.on('connect', () =>
      resolve({
        send({ own, shared }) {
          if (shared === null) {
            socket.write(own)
            return
          }
          socket.cork()
          socket.write(own)
          socket.write(shared)
          socket.uncork()
        },
        close() {
          closing = true
          socket.destroy()
        },
      }),
    )
  })
}
