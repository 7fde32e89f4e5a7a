import type { SignedRequest } from '../verification/types.ts'

/** Where the sender may believe to have posted. */
export interface UrlForm {
  /** Scheme, host and what stands before the path: what PUBLIC_URL would have to be. */
  readonly base: string
  /** Path and query. */
  readonly path: string
}

const maxForms = 400

/** Every combination of an address by which we may be known and a path that we may be asked for, the likeliest first. */
export function* urlForms(request: SignedRequest, publicUrl: string | null): Generator<UrlForm> {
  const bases = basesOf(request, publicUrl)
  const paths = pathsOf(request)
  let count = 0
  // Few differences first: a wrong address with the right path, then a wrong path with the right address.
  const ranked = bases
    .flatMap((base, i) => paths.map((path, k) => ({ base, path, rank: i + k * 2 + (i > 0 && k > 0 ? 50 : 0) })))
    .sort((a, b) => a.rank - b.rank)
  for (const { base, path } of ranked) {
    if (count++ >= maxForms) return
    yield { base, path }
  }
}

function basesOf({ headers }: SignedRequest, publicUrl: string | null): readonly string[] {
  const configured = publicUrl === null ? null : new URL(publicUrl)
  const one = (name: string): string => {
    const value = headers[name]
    return typeof value === 'string' ? (value.split(',')[0] ?? '').trim() : ''
  }
  const forwarded = /host="?([^";,\s]+)/i.exec(one('forwarded'))?.[1] ?? ''
  const names = [configured?.host ?? '', one('x-forwarded-host'), one('host'), forwarded, one('x-original-host')]
  const port = one('x-forwarded-port')
  const hosts = names.flatMap((host) => {
    const bare = host.replace(/:\d+$/, '')
    const other = bare.startsWith('www.') ? bare.slice(4) : `www.${bare}`
    return host === '' ? [] : [host, bare, ...(/^\d+$/.test(port) ? [`${bare}:${port}`] : []), other]
  })
  const before = configured?.pathname.replace(/\/$/, '') ?? ''
  const prefix = one('x-forwarded-prefix').replace(/\/$/, '')
  const own = publicUrl === null ? [] : [publicUrl]
  const made = [...new Set(hosts)].flatMap((host) =>
    ['https', 'http'].flatMap((scheme) => [
      `${scheme}://${host}${before}`,
      `${scheme}://${host}`,
      ...(prefix === '' ? [] : [`${scheme}://${host}${prefix}`]),
      ...(/:\d+$/.test(host) ? [] : [`${scheme}://${host}:${scheme === 'https' ? 443 : 80}${before}`]),
      `${scheme}://${host}:3000${before}`,
    ]),
  )
  return [...new Set([...own, ...made])].filter((base) => URL.canParse(base))
}

function pathsOf({ url, headers }: SignedRequest): readonly string[] {
  const [path = '', query] = url.split(/\?(.*)/s, 2)
  const tail = query === undefined ? '' : `?${query}`
  const kept = ['x-original-url', 'x-original-uri', 'x-rewrite-url', 'x-forwarded-uri', 'x-forwarded-path'].flatMap(
    (name) => {
      const value = headers[name]
      return typeof value === 'string' && value.startsWith('/') ? [value] : []
    },
  )
  const slash = path.endsWith('/') ? path.slice(0, -1) : `${path}/`
  const all = [
    url,
    ...kept,
    slash + tail,
    path,
    slash,
    decoded(path) + tail,
    path + decoded(tail),
    path + tail.replaceAll('+', '%20'),
    path + tail.replaceAll('%20', '+'),
    path.toLowerCase() + tail,
    path.replace(/^\/webhook(?=\/)/, '') + tail,
    `/webhook${path}${tail}`,
    `/api${path}${tail}`,
    path.replace(/^\/[^/]+(?=\/)/, '') + tail,
    '/',
    '',
  ]
  return [...new Set(all)]
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
