// Takes deliveries and answers 204: the other end of FORWARD_URL. GET / tells how many came; /hang never answers.
// Without an HTTP server, of which it would take a third of the core that it shares with the generator: one request at a
// time per connection, with a content length, is all that comes.
import { createServer, type Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n', 'latin1')
const taken = [
  'HTTP/1.1 204 No Content',
  'Date: Thu, 01 Jan 2026 00:00:00 GMT',
  'Connection: keep-alive',
  'Keep-Alive: timeout=5',
  '\r\n',
].join('\r\n')
let received = 0

function answer(socket: Socket, head: string): void {
  if (head.startsWith('POST /hang ')) return
  if (head.startsWith('POST ')) {
    received += 1
    socket.write(taken, 'latin1')
    return
  }
  const body = JSON.stringify({ received })
  socket.write(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
}

function serve(socket: Socket): void {
  let waiting: Buffer | null = null
  let head: string | null = null
  let bodyLeft = 0

  function begin(chunk: Buffer): Buffer | null {
    const whole: Buffer = waiting === null ? chunk : Buffer.concat([waiting, chunk])
    const end = whole.indexOf(headEnd)
    if (end < 0) {
      waiting = whole
      return null
    }
    waiting = null
    head = whole.toString('latin1', 0, end)
    bodyLeft = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0)
    return whole.subarray(end + headEnd.length)
  }

  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    const rest = head === null ? begin(chunk) : chunk
    if (rest === null || head === null) return
    bodyLeft -= rest.length
    if (bodyLeft > 0) return
    answer(socket, head)
    head = null
  })
}

createServer(serve).listen(Number(process.env['PORT']), '127.0.0.1')
