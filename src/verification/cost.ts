import type { Provider, Scheme } from '../providers/types.ts'

const KIBIBYTE = 1024
const MEBIBYTE = 1024 * KIBIBYTE

/** Hashing this much takes a few milliseconds. */
const quicklyHashed = 4 * MEBIBYTE
/** Whatever a row does with so much takes a few milliseconds: JSON made to be slow is parsed at some 15 MiB a second. */
const quicklyRead = 64 * KIBIBYTE
const mostBytes = MEBIBYTE

/** Of a body that is hashed as it is, and of nothing else of it. */
const hashedAsItIs = /^body(?:-sha256-hex|-sha256-base64|-md5-base64|-crc32)?$/
const readsBody = /^(?:body|json|form|multipart|parameters|url-and-form)/

/**
 * How large a body may be, in bytes, for this provider's verifier to be done with it in a few milliseconds, whoever made
 * it and whichever of the signature headers it has. `secrets`: how many are accepted.
 */
export function quicklyVerified({ schemes }: Provider, secrets: number): number {
  if (schemes.some(looksInside)) return quicklyRead
  const hashes = secrets * schemes.reduce((sum, scheme) => sum + hashesOf(scheme), 0)
  return Math.min(mostBytes, Math.max(quicklyRead, Math.floor(quicklyHashed / Math.max(1, hashes))))
}

/** A body is hashed once for each key, and anew for each signature that is checked with a public one. */
function hashesOf(scheme: Scheme): number {
  if (scheme.kind === 'token') return 0
  return (scheme.kind === 'ed25519' || scheme.kind === 'rsa' || scheme.kind === 'ecdsa') && scheme.list !== undefined
    ? 16
    : 1
}

/** Whether anything is read from the body, or made of it, before it is known to be genuine. */
function looksInside(scheme: Scheme): boolean {
  const { places, templates } = partsOf(scheme)
  const tokens = templates.flatMap((template) => [...template.matchAll(/\{([^{}]+)\}/g)].map(([, token = '']) => token))
  return (
    places.some((place) => place === 'body' || /^(?:body|form|multipart):/.test(place)) ||
    tokens.some((token) => readsBody.test(token) && !hashedAsItIs.test(token))
  )
}

interface Parts {
  readonly places: readonly string[]
  readonly templates: readonly string[]
}

function partsOf(scheme: Scheme): Parts {
  const places = [scheme.at, scheme.when?.at ?? '']
  if (scheme.kind === 'token') return { places, templates: [] }
  if (scheme.kind === 'jwt') return { places, templates: Object.values(scheme.claims) }
  const { signed, timestamp, bound, single, givenAway } = scheme
  const whole = givenAway === undefined && single === undefined ? [] : ['body']
  return {
    places: [...places, timestamp?.from ?? '', bound?.at ?? '', ...whole],
    templates: [signed, bound?.equals ?? ''],
  }
}
