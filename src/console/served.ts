import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { ConsoleAsset } from './assets.ts'

/** A file of the console, ready to be sent as often as it is asked for. */
export interface ServedAsset {
  readonly contentType: string
  readonly immutable: boolean
  readonly etag: string
  /** In the shortest form that the browser takes. Made once, when the first one asks. */
  body(acceptEncoding: string): Promise<EncodedBody>
}

export interface EncodedBody {
  readonly bytes: Buffer
  readonly encoding: 'br' | 'gzip' | null
}

/** Below this nothing is gained. */
const worthwhile = 1024
/** Already as short as they get. */
const compressed = /^(?:image\/(?!svg)|font\/)/

const toBrotli = promisify(brotliCompress)
const toGzip = promisify(gzip)

export function serveAsset({ contentType, body, immutable }: ConsoleAsset): ServedAsset {
  const etag = `"${hash('sha256', body, 'base64url').slice(0, 22)}"`
  const forms = new Map<EncodedBody['encoding'], Promise<Buffer>>()
  const plain = Promise.resolve(body)
  const make = { br: asBrotli, gzip: asGzip } as const

  function asBrotli(): Promise<Buffer> {
    return toBrotli(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } })
  }

  function asGzip(): Promise<Buffer> {
    return toGzip(body, { level: 9 })
  }

  function formOf(encoding: EncodedBody['encoding']): Promise<Buffer> {
    if (encoding === null) return plain
    const known = forms.get(encoding)
    if (known !== undefined) return known
    const made = make[encoding]()
    forms.set(encoding, made)
    return made
  }

  return {
    contentType,
    immutable,
    etag,
    async body(acceptEncoding) {
      const encoding = body.length < worthwhile || compressed.test(contentType) ? null : preferred(acceptEncoding)
      return { bytes: await formOf(encoding), encoding }
    },
  }
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-12.5.3 ; a weight of nothing means never. */
function preferred(acceptEncoding: string): 'br' | 'gzip' | null {
  const taken = acceptEncoding
    .toLowerCase()
    .split(',')
    .map((one) => one.split(';').map((part) => part.trim()))
    .filter(([, weight = '']) => !/^q=0(?:\.0*)?$/.test(weight))
    .map(([name = '']) => name)
  return taken.includes('br') ? 'br' : taken.includes('gzip') ? 'gzip' : null
}
