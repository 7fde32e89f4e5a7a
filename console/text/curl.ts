import type { BodyView, HeaderView } from '../../src/operator/schemas.ts'

/** What curl sets itself, or what belonged to the connection. */
const left =
  /^(?:host|content-length|connection|transfer-encoding|keep-alive|expect|te|upgrade|via|forwarded|x-forwarded-.*|x-real-ip)$/i

export interface Captured {
  readonly method: string
  readonly url: string
  readonly headers: readonly HeaderView[]
  /** Null: there is none any more. */
  readonly body: BodyView | null
  /** Where the exact bytes can be had. */
  readonly bytesUrl: string | null
}

/** A line for a shell that sends the request again, as far as what is shown of it allows. */
export function curlLine({ method, url, headers, body, bytesUrl }: Captured): string {
  const parts = [`curl -X ${method} ${quote(url)}`]
  for (const [name, value] of headers) {
    if (!left.test(name) && value !== '[hidden]') parts.push(`-H ${quote(`${name}: ${value}`)}`)
  }
  if (body === null || body.text === '') return parts.join(' \\\n  ')
  // A shell's word can hold neither what is not text nor a zero byte.
  const written = body.encoding === 'utf8' && !body.truncated && !body.text.includes('\0')
  // Data that begins with @ is the name of a file to --data-binary.
  const option = body.text.startsWith('@') ? '--data-raw' : '--data-binary'
  if (written) return [...parts, `${option} ${quote(body.text)}`].join(' \\\n  ')
  const fetch = bytesUrl === null ? '' : `curl -H "Authorization: Bearer $ADMIN_TOKEN" ${quote(bytesUrl)} -o body.bin\n`
  return fetch + [...parts, '--data-binary @body.bin'].join(' \\\n  ')
}

/** One word of a POSIX shell. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
