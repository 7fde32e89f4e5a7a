import { CliError } from '../errors.ts'
import type { Io } from '../io.ts'
import { readInput } from '../read-input.ts'
import type { CapturedRequest } from './captured.ts'
import { isCurl, parseCurl } from './curl.ts'
import { isHar, parseHar } from './har.ts'
import { isRawRequest, parseRaw } from './raw.ts'

/** The request in a file, on standard input or in the argument itself, in whichever of the forms it is. */
export async function readCapture(io: Io, input: string, entry: number | null): Promise<CapturedRequest> {
  if (isCurl(input)) return parseCurl(io, input)
  const from = input === '-' ? 'standard input' : input
  const bytes = await readInput(io, input, 'the request')
  if (bytes.length === 0) throw new CliError(`${from}: is empty`)
  const text = bytes.toString('utf8')
  if (isCurl(text)) return parseCurl(io, text)
  if (isHar(text)) return parseHar(text, entry, from)
  if (isRawRequest(bytes)) return parseRaw(bytes, from)
  throw new CliError(
    `${from}: is no request that can be read`,
    'Give a raw HTTP request (POST /webhook/… HTTP/1.1, headers, an empty line, the body), a command for curl, or an HTTP archive (HAR).',
  )
}
