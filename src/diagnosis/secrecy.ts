import { decodeBase64, decodeHex } from '../verification/encoding.ts'
import type { Diagnosis, Knowledge, Subject } from './types.ts'

/** A shorter piece of a secret tells nothing. */
const pieceLength = 8
const hidden = '[hidden]'

/**
 * The diagnosis with every piece of a configured secret hidden that the request brought into it: somebody may have put a
 * secret into a URL or a name of a header. Our own words stay, whatever the secret is.
 */
export function withoutSecrets(diagnosis: Diagnosis, { request, segment }: Subject, knowledge: Knowledge): Diagnosis {
  const pieces = piecesOf(knowledge)
  if (pieces.size === 0) return diagnosis
  const foreign = [segment, request.url, ...Object.keys(request.headers)]
  const told = foreign.some((text) => hasPiece(text, pieces))
  return {
    ...diagnosis,
    sentence: told || !isOurs(diagnosis) ? hide(diagnosis.sentence, pieces) : diagnosis.sentence,
    facts: diagnosis.facts.map(({ name, value }) => ({ name, value: hasPiece(value, pieces) ? hidden : value })),
  }
}

/** Facts of a sentence come from elsewhere where it shows a URL or a header. */
function isOurs({ cause }: Diagnosis): boolean {
  return cause !== 'url_differs' && cause !== 'public_url_missing'
}

function hide(text: string, pieces: ReadonlySet<string>): string {
  return text
    .split(/(\s+)/)
    .map((word) => (hasPiece(word, pieces) ? hidden : word))
    .join('')
}

function hasPiece(text: string, pieces: ReadonlySet<string>): boolean {
  for (let at = 0; at + pieceLength <= text.length; at++) {
    if (pieces.has(text.slice(at, at + pieceLength))) return true
  }
  return false
}

function piecesOf({ sources, captured }: Knowledge): ReadonlySet<string> {
  const secrets = sources.flatMap(({ name, secrets: own, verifyToken }) => [
    own?.current,
    own?.previous,
    verifyToken,
    ...(captured[name] ?? []),
  ])
  const pieces = new Set<string>()
  for (const secret of secrets) {
    if (typeof secret !== 'string') continue
    const decoded = decodeBase64(secret.replace(/^[a-z]{2,8}_/, '')) ?? decodeHex(secret)
    for (const text of [secret, decoded?.toString('latin1') ?? '']) {
      for (let at = 0; at + pieceLength <= text.length; at++) pieces.add(text.slice(at, at + pieceLength))
    }
  }
  return pieces
}
