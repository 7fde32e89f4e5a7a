/**
 * How one sender signs, names and expects its events to be answered, as data. Rows are evaluated by `src/verification`;
 * a new HMAC sender needs a row and no code.
 */
export interface Provider {
  /** As in `/webhook/<name>` and `<NAME>_WEBHOOK_SECRET`: lower case, dashes. */
  readonly name: string
  readonly title: string
  /** The sender's own description of its signatures. */
  readonly docs: string
  /** Any scheme that the configured secret fits may verify a request. */
  readonly schemes: readonly Scheme[]
  /** Where the event's type is, first found wins. */
  readonly type: readonly ValueSource[]
  /** Where the event's id is, first found wins. */
  readonly id: readonly ValueSource[]
  /** `json`: this sender sends nothing else, so a body that is not JSON is refused whatever its content type says. */
  readonly payload?: 'json'
  /** Bytes; the largest body the sender documents, where that is more than the gateway's default. */
  readonly bodyLimit?: number
  readonly handshake?: Handshake
  /** Where a person finds the secret, in one sentence. */
  readonly setup: string
}

/** `header:<name>` or `body:<JSON pointer>`. */
export type ValueSource = `header:${string}` | `body:/${string}`

export type Scheme = HmacScheme | Ed25519Scheme

interface SchemeBase {
  /** Unique within the provider. */
  readonly name: string
  /** Lower-case header that carries the signature. */
  readonly header: string
  /** Hex is read in either case; base64 is the padded standard alphabet. */
  readonly encoding: 'hex' | 'base64'
  /** Fixed text before the signature, such as `sha256=`. */
  readonly prefix?: string
  /** The header is a list of labelled values: `t=1,v1=abc` has separator `,`, assign `=`, label `v1`. */
  readonly list?: { readonly separator: string; readonly assign: string; readonly label: string }
  /** Signed bytes with the tokens `{body}`, `{timestamp}`, `{id}`. */
  readonly signed: string
  readonly timestamp?: {
    /** `header:<name>`, or `list:<label>` for a value in the signature header itself. */
    readonly from: `header:${string}` | `list:${string}`
    readonly unit: 's' | 'ms'
    /** Seconds, both ways. */
    readonly tolerance: number
  }
  /** What `{id}` stands for. */
  readonly id?: `header:${string}`
  /**
   * What other schemes that take the same secret sign before the body. A body that begins so may be the signed bytes of
   * such a scheme, presented under this one to shed their time limit, and is refused.
   */
  readonly foreign?: readonly string[]
}

export interface HmacScheme extends SchemeBase {
  readonly kind: 'hmac'
  readonly hash: 'sha256' | 'sha1' | 'sha512'
  readonly key: SecretForm
}

export interface Ed25519Scheme extends SchemeBase {
  readonly kind: 'ed25519'
  readonly key: SecretForm
}

/**
 * How the configured secret becomes key bytes. `utf8` takes it exactly. `base64` decodes what follows `prefix`.
 * `utf8-or-base64` tries both: what follows `prefix`, decoded where it is base64, and the whole secret exactly.
 */
export interface SecretForm {
  readonly form: 'utf8' | 'base64' | 'utf8-or-base64'
  readonly prefix?: string
  readonly prefixRequired?: boolean
}

/** A signed request that is answered at once and is no event. */
export interface Handshake {
  readonly kind: 'echo'
  /** The request is a handshake when this body field has this value. */
  readonly when: { readonly pointer: `/${string}`; readonly equals: string }
  /** This body field is the answer, as text/plain. */
  readonly answer: `/${string}`
}
