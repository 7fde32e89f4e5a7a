/** Why a request did not get an answer, for people; by the code of the error. */
const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there: is the gateway running ("posthorn start"), and is the port right?',
  ECONNRESET: 'the connection was closed without an answer',
  EPIPE: 'the connection was closed without an answer',
  UND_ERR_SOCKET: 'the connection was closed without an answer',
  ENOTFOUND: 'there is no such host: check its spelling',
  EAI_AGAIN: 'the name of the host could not be looked up: is there a network?',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  ETIMEDOUT: 'nobody answered at that address',
  UND_ERR_CONNECT_TIMEOUT: 'nobody answered at that address',
  UND_ERR_HEADERS_TIMEOUT: 'it took the request and did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped in the middle of its answer',
  EPROTO: 'it does not speak TLS: is the URL http rather than https?',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS: is the URL http rather than https?',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS: is the URL http rather than https?',
  HPE_INVALID_CONSTANT: 'it does not speak HTTP: is the URL https rather than http, or another port?',
  DEPTH_ZERO_SELF_SIGNED_CERT:
    'its certificate is signed by itself: set NODE_EXTRA_CA_CERTS to a file with that certificate if it is yours',
  SELF_SIGNED_CERT_IN_CHAIN:
    'its certificate is from an authority of its own: set NODE_EXTRA_CA_CERTS to a file with that if it is yours',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified: the server leaves out an intermediate one',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host',
}

/** One clause for people, with the code for those who search for it. */
export function describeFailure(error: unknown, host: string): string {
  const first = firstOf(error)
  const code = failureCode(error)
  const known = code === null ? undefined : failures[code]
  if (known !== undefined) return `${host}: ${known} (${code})`
  return `${host}: ${first instanceof Error ? first.message : String(first)}`
}

/** What the system calls it; null: it has no name for it. */
export function failureCode(error: unknown): string | null {
  return codeOf(error) ?? codeOf(firstOf(error))
}

/** A host with several addresses fails with the failures of all. */
function firstOf(error: unknown): unknown {
  const [first = error] = error instanceof AggregateError ? error.errors : []
  return first
}

function codeOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}
