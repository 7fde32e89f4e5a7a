import { CliError } from '../errors.ts'
import { type CapturedRequest, splitUrl } from './captured.ts'

const requestLine = /^([A-Z]+) (\S+)(?: HTTP\/[\d.]+)?$/

/** Whether a text begins like an HTTP request. */
export function isRawRequest(bytes: Buffer): boolean {
  const [first = ''] = bytes.toString('latin1', 0, 8192).split(/\r?\n/, 1)
  return requestLine.test(first.trim())
}

/** A request as it goes over the wire: request line, headers, an empty line, the body. Line breaks may be LF alone. */
export function parseRaw(bytes: Buffer, from: string): CapturedRequest {
  const { head, body } = split(bytes)
  const [first = '', ...lines] = head.split(/\r?\n/)
  const [, method = '', target = ''] = requestLine.exec(first.trim()) ?? []
  const rawHeaders: string[] = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const [, name, value = ''] = /^([^\s:]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? []
    if (name === undefined) {
      throw new CliError(
        `${from}: line ${index + 2} is no header ("name: value")`,
        'A raw request is its first line (POST /webhook/… HTTP/1.1), the headers, an empty line and then the body.',
      )
    }
    rawHeaders.push(name, value)
  }
  const { url, origin } = splitUrl(target)
  return { method, url, origin, rawHeaders, receivedAt: null, ...bodyOf(body, rawHeaders) }
}

/** HTTP has CR and LF; editors leave LF. */
function split(bytes: Buffer): { readonly head: string; readonly body: Buffer } {
  const crlf = bytes.indexOf('\r\n\r\n')
  const lf = bytes.indexOf('\n\n')
  if (crlf === -1 && lf === -1) return { head: bytes.toString('latin1'), body: Buffer.alloc(0) }
  const useCrlf = crlf !== -1 && (lf === -1 || crlf < lf)
  const at = useCrlf ? crlf : lf
  return { head: bytes.toString('latin1', 0, at), body: bytes.subarray(at + (useCrlf ? 4 : 2)) }
}

function bodyOf(body: Buffer, rawHeaders: readonly string[]): Pick<CapturedRequest, 'body' | 'notes'> {
  const header = (wanted: string) => {
    const index = rawHeaders.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === wanted)
    return index === -1 ? undefined : rawHeaders[index + 1]
  }
  const whole = /chunked/i.test(header('transfer-encoding') ?? '') ? unchunked(body) : body
  const announced = Number(header('content-length') ?? Number.NaN)
  if (!Number.isSafeInteger(announced) || announced === whole.length) return { body: whole, notes: [] }
  if (announced < whole.length) {
    // An editor's line break at the end of the file, mostly.
    return {
      body: whole.subarray(0, announced),
      notes: [
        `The capture has ${whole.length - announced} bytes after the ${announced} that Content-Length announces; they were left out.`,
      ],
    }
  }
  return {
    body: whole,
    notes: [
      `Content-Length announces ${announced} bytes, but the capture has ${whole.length}: it is not whole, or its line breaks or characters were changed when it was saved.`,
    ],
  }
}

/** RFC 9112 section 7.1; a body that is not in chunks was put together by whoever saved it. */
function unchunked(body: Buffer): Buffer {
  const pieces: Buffer[] = []
  let at = 0
  while (at < body.length) {
    const end = body.indexOf('\n', at)
    const size =
      end === -1
        ? Number.NaN
        : Number.parseInt(/^([0-9a-f]{1,7})/i.exec(body.toString('latin1', at, end))?.[1] ?? '', 16)
    if (Number.isNaN(size)) return body
    if (size === 0) return Buffer.concat(pieces)
    pieces.push(body.subarray(end + 1, end + 1 + size))
    at = body.indexOf('\n', end + 1 + size) + 1
    if (at === 0) return Buffer.concat(pieces)
  }
  return Buffer.concat(pieces)
}
