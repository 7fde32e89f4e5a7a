import { Type } from '@sinclair/typebox'
import { Value } from '@sinclair/typebox/value'
import { CliError } from '../errors.ts'
import { plain } from '../output.ts'
import { type CapturedRequest, headerText, splitUrl } from './captured.ts'

const Entry = Type.Object({
  startedDateTime: Type.Optional(Type.String()),
  request: Type.Object({
    method: Type.String(),
    url: Type.String(),
    headers: Type.Array(Type.Object({ name: Type.String(), value: Type.String() })),
    postData: Type.Optional(
      Type.Object({
        text: Type.Optional(Type.String()),
        encoding: Type.Optional(Type.String()),
        params: Type.Optional(Type.Array(Type.Object({ name: Type.String(), value: Type.Optional(Type.String()) }))),
      }),
    ),
  }),
})

/** What of HTTP Archive 1.2 is needed: http://www.softwareishard.com/blog/har-12-spec/ */
const Archive = Type.Object({ log: Type.Object({ entries: Type.Array(Type.Unknown()) }) })

/** Whether a text is an HTTP archive. */
export function isHar(text: string): boolean {
  return Value.Check(Archive, parsed(text))
}

/** @param wanted which of its requests, counted from 1; null: the only one that is a POST */
export function parseHar(text: string, wanted: number | null, from: string): CapturedRequest {
  const archive = parsed(text)
  if (!Value.Check(Archive, archive)) throw new CliError(`${from}: is no HTTP archive`)
  const { entries } = archive.log
  const index = wanted === null ? onlyPost(entries, from) : wanted - 1
  const entry = entries[index]
  if (!Value.Check(Entry, entry)) {
    throw new CliError(`${from}: has no usable request ${index + 1}; it has ${entries.length}`)
  }
  const { method, url: target, headers, postData = {} } = entry.request
  const { url, origin } = splitUrl(target)
  const started = Date.parse(entry.startedDateTime ?? '')
  const { text: content = '', encoding, params = [] } = postData
  const form = new URLSearchParams(params.map(({ name, value = '' }): [string, string] => [name, value])).toString()
  const body = content === '' ? Buffer.from(form) : Buffer.from(content, encoding === 'base64' ? 'base64' : 'utf8')
  return {
    method,
    url,
    origin,
    // Those of HTTP/2 that begin with a colon are the request line.
    rawHeaders: headers.flatMap(({ name, value }) => (name.startsWith(':') ? [] : [name, headerText(value)])),
    body,
    receivedAt: Number.isNaN(started) ? null : started,
    notes:
      content === '' && params.length > 0
        ? ['The archive has the fields of the form and not its text, which was put together anew and may differ.']
        : [],
  }
}

function onlyPost(entries: readonly unknown[], from: string): number {
  const posts = entries.flatMap((entry, index) =>
    Value.Check(Entry, entry) && entry.request.method !== 'GET' && entry.request.method !== 'OPTIONS'
      ? [{ index, line: `  ${index + 1}  ${plain(entry.request.method, 10)} ${plain(entry.request.url, 120)}` }]
      : [],
  )
  const [only, ...more] = posts
  if (only === undefined) throw new CliError(`${from}: has no request with a body`)
  if (more.length === 0) return only.index
  throw new CliError(
    `${from}: has ${posts.length} requests; say which with --entry`,
    posts
      .slice(0, 20)
      .map(({ line }) => line)
      .join('\n'),
  )
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''))
  } catch {
    return undefined
  }
}
