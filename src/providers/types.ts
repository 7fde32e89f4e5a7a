/**
 * How one sender signs, names and expects its events to be answered, as data. Rows are evaluated by `src/verification`;
 * a new sender needs a row and no code (docs/adding-a-provider.md).
 */
export interface Provider {
  /** As in `/webhook/<name>` and `<NAME>_WEBHOOK_SECRET`: lower case, dashes. */
  readonly name: string
  readonly title: string
  /** Where the rule was read: the sender's description of its signatures, or its own code that makes or checks them. */
  readonly docs: string
  /** What the vectors in `test/providers` prove: see `Confidence`. */
  readonly confidence: Confidence
  /**
   * Of a sender whose requests prove nothing by themselves (`unsigned`, `not verified`): what is known and what is not,
   * in one or two sentences.
   */
  readonly known?: string
  /** The sender's page that lists the addresses it sends from: for `<SOURCE>_WEBHOOK_ALLOW`. */
  readonly addresses?: string
  /** The rule was read where others quote it or have it in working code, not on the sender's own page. */
  readonly secondHand?: true
  /** Any scheme that the configured secret fits may verify a request; strong ones stand first. */
  readonly schemes: readonly Scheme[]
  /** Where the event's type is, first found wins. */
  readonly type: readonly NameSource[]
  /** Where the event's id is, first found wins. */
  readonly id: readonly NameSource[]
  /**
   * `json`: this sender sends nothing else, so a body that is not JSON is refused whatever its content type says. `jwt`: the
   * body is a JWT, and its claims are the payload.
   */
  readonly payload?: 'json' | 'jwt'
  /** Bytes; the largest body the sender documents, where that is more than the gateway's default. */
  readonly bodyLimit?: number
  /**
   * Bytes; nothing larger is from this sender, whatever the operator allows. For rows with fetched keys that read the body
   * before it is known to be genuine: that is done on the event loop, where the keys are.
   */
  readonly bodyCap?: number
  /** How long the sender waits for an answer. */
  readonly deadlineSeconds?: number
  /** How often and how long the sender tries again, in words. */
  readonly retries?: string
  /** What the sender insists on for an answer, where our own is not what it takes. */
  readonly answer?: Answer
  /** The status that the sender wants for a request that fails verification, where that is not 401. */
  readonly refusal?: 400 | 498
  /** How it registers, tests or checks a URL; the first that fits is answered. */
  readonly handshakes?: readonly Handshake[]
  /** Some of its events are GET requests: their query is taken for the form that a POST would have as its body. */
  readonly getEvents?: true
  readonly confirmation?: Confirmation
  /** Where a person finds the secret, in one sentence. */
  readonly setup: string
}

/** To an event that is stored, or known. */
export interface Answer {
  readonly status?: 204
  /** As text/plain, or what else `type` says; `"{type}"` in JSON stands for the event's type. Without one: as ever. */
  readonly body?: string
  readonly type?: 'application/json' | 'text/xml'
  /** A header of the request that is repeated in the answer, where it is there. */
  readonly repeats?: string
}

/**
 * `official SDK`: the sender's own library accepts (or made) a vector. `official docs`: a vector is printed in the sender's
 * documentation. `computed`: vectors were computed from the documented rule, by other code than the engine's. Nothing of
 * the sender's own is verified where it signs nothing (`unsigned`), or where how it signs is not known well enough to check
 * it (`not verified`): such a row has the schemes of `token.ts`.
 */
export type Confidence = 'official SDK' | 'official docs' | 'computed' | 'unsigned' | 'not verified'

/** `header:<name>` or `body:<JSON pointer>`; fields of a form are read as `body:/<field>`. */
export type ValueSource = `header:${string}` | `body:/${string}`

/** One value, or several that only together name the thing: joined with a dot, and all of them must be there. */
export type NameSource = ValueSource | readonly [ValueSource, ValueSource, ...ValueSource[]]

/**
 * A place of the request: `body` is all of it as text, `body:` a JSON pointer, `form:` a field of an urlencoded body,
 * `form:<field>#<pointer>` a value of the JSON in one, `multipart:<field>#<pointer>` the same of a multipart body, and
 * `header-json:<name>#<pointer>` a value of the JSON that a header holds in base64.
 */
export type Place =
  | 'body'
  | `header:${string}`
  | `header-json:${string}#/${string}`
  | `body:/${string}`
  | `query:${string}`
  | `form:${string}`
  | `multipart:${string}#/${string}`

export type Scheme = SignatureScheme | TokenScheme | JwtScheme
export type SignatureScheme = HmacScheme | Ed25519Scheme | PublicKeyScheme | HashScheme

interface SchemeBase {
  /** Unique within the provider. */
  readonly name: string
  /** What carries the signature, token or JWT. */
  readonly at: Place
  /** Fixed text before it, such as `sha256=` or `Bearer `. */
  readonly prefix?: string
  /** Some senders leave the prefix out. */
  readonly prefixOptional?: true
  /** The scheme is used only for requests of which this is true. */
  readonly when?: Condition
  /**
   * Proves less than the others (no time, or not the body): not tried when a stronger scheme's signature is there and wrong.
   * Tokens are weak without saying so.
   */
  readonly weak?: true
}

export interface Condition {
  readonly at: Place
  /** The whole value, or how it begins, in lower case; nothing said: it is there (or, with `absent`, is not). */
  readonly is?: string
  readonly startsWith?: string
  /** A regular expression for the whole value as it is written. */
  readonly fits?: string
  readonly absent?: true
}

interface SignatureBase extends SchemeBase {
  /** Hex is read in either case; base64 is the padded standard alphabet, base64url the unpadded one of RFC 4648 §5. */
  readonly encoding: 'hex' | 'base64' | 'base64url'
  readonly list?: SignatureList
  /**
   * Signed bytes, with the tokens of `src/verification/tokens.ts`: `{body}`, `{timestamp}`, `{id}`, `{header:<name>}` and
   * more. What stands in `[…]` is left out when a value in it is absent.
   */
  readonly signed: string
  readonly timestamp?: SignedTime
  /** What `{id}` stands for. */
  readonly id?: `header:${string}`
  /**
   * What other schemes that take the same secret sign before the body. A body that begins so may be the signed bytes of
   * such a scheme, presented under this one to shed their time limit, and is refused.
   */
  readonly foreign?: readonly string[]
  /**
   * Signed bytes that are no event, as a regular expression for all of them: the row's handshake signs them for whoever
   * asks.
   */
  readonly givenAway?: string
  /** Also true when the signature is right: the value at this place equals this template (hex in either case). */
  readonly bound?: { readonly at: Place; readonly equals: string }
  /** JSON pointer to an array that must have exactly one item, because only the first one is signed. */
  readonly single?: `/${string}`
}

export interface SignedTime {
  /** `list:<label>` is a value in the signature header itself; `list:#0` its first item, where items have no labels. */
  readonly from: Place | `list:${string}`
  /** `s-or-ms`: both are sent, and told apart by their size. `iso8601`: a date with time and zone (RFC 3339). */
  readonly unit: 's' | 'ms' | 's-or-ms' | 'iso8601'
  /** Seconds, both ways. */
  readonly tolerance: number
}

/**
 * The signature header is a list. `t=1,v1=abc` has separator `,`, assign `=`, label `v1`. Without a label every item
 * counts, and what precedes `assign` is skipped; without `assign` items are bare signatures.
 */
export interface SignatureList {
  readonly separator: string
  readonly assign?: string
  readonly label?: string
  /** Fixed text before the whole list. */
  readonly lead?: string
  /** Separates whole lists, each with a time of its own. */
  readonly group?: string
  /** The header itself may come several times, one signature in each. */
  readonly repeated?: true
}

export interface HmacScheme extends SignatureBase {
  readonly kind: 'hmac'
  readonly hash: 'sha256' | 'sha1' | 'sha512'
  readonly key: SecretForm
}

export interface Ed25519Scheme extends SignatureBase {
  readonly kind: 'ed25519'
  readonly key: SecretForm | PublicKeyForm | FetchedKeyForm
}

/** RSA is PKCS #1 v1.5; ECDSA signatures are DER. */
export interface PublicKeyScheme extends SignatureBase {
  readonly kind: 'rsa' | 'ecdsa'
  readonly hash: 'sha256' | 'sha1'
  readonly key: PublicKeyForm | FetchedKeyForm
}

/** A plain hash over the signed bytes with the secret before or after them. Not an HMAC. */
export interface HashScheme extends SignatureBase {
  readonly kind: 'hash'
  readonly hash: 'sha256' | 'sha1'
  readonly secretAt: 'start' | 'end'
  readonly key: SecretForm
}

/**
 * The request carries the secret itself. `*` in a JSON pointer stands for every item: all must carry it. `basic`: the
 * secret is `user:password`, sent as HTTP Basic authentication (RFC 7617).
 */
export interface TokenScheme extends SchemeBase {
  readonly kind: 'token'
  readonly basic?: true
  readonly key: SecretForm
}

/** A signed token (RFC 7519, compact form). Only the named algorithms count, whatever the token itself says. */
export interface JwtScheme extends SchemeBase {
  readonly kind: 'jwt'
  readonly algorithms: readonly ('HS256' | 'HS384' | 'HS512')[] | readonly ('RS256' | 'ES256')[]
  readonly key: SecretForm | PublicKeyForm | FetchedKeyForm
  /** Claims that must equal these templates: `sha256: '{body-sha256-hex}'`. */
  readonly claims: Readonly<Record<string, string>>
  /** Claims of those above that are left out when the body is empty. */
  readonly claimsOfBody?: readonly string[]
  /** Which claims limit its time: `exp` (with `nbf` if there), or `iat` and this many seconds. */
  readonly time?: 'exp' | { readonly iat: number }
}

/**
 * How the configured secret becomes key bytes. `utf8` takes it exactly; `sha1` takes its SHA-1 hash. `base64` and `hex`
 * decode what follows `prefix`. `utf8-or-base64` tries both: what follows `prefix`, decoded where it is base64, and the
 * whole secret exactly.
 */
export interface SecretForm {
  readonly form: 'utf8' | 'base64' | 'hex' | 'utf8-or-base64' | 'sha1'
  readonly prefix?: string
  readonly prefixRequired?: boolean
  /** Also given before `prefix` by some senders, and ignored. */
  readonly lead?: string
  /** Added to the key. */
  readonly suffix?: string
  /** Secrets that begin so are for another scheme. */
  readonly not?: string
  /** Several secrets may be given, with this between them. */
  readonly separator?: string
}

/** PEM (one line or more), base64 of the DER (SPKI), or a JWK or JWK set (RFC 7517) as JSON. */
export interface PublicKeyForm {
  readonly form: 'public-key'
}

/**
 * A key that the sender publishes. It is fetched through the guard of `src/net`, and kept by its id. Instead of a secret the
 * operator configures an account: what tells our own requests from those that anybody can have the same sender sign.
 */
export interface FetchedKeyForm {
  readonly form: 'fetched'
  readonly account: AccountForm
  readonly source: KeySource
}

export interface AccountForm {
  /** A regular expression for the whole setting, or each of several. Its named groups are the values of the account. */
  readonly pattern: string
  /** What to give: completes "the secret is not …". */
  readonly expected: string
  /** Several may be given, with commas or white space between them. `pin` tells whose a request is. */
  readonly several?: true
  /** Values chosen by a word and a colon before the rest of the setting (`sandbox:…`); without one, the first are meant. */
  readonly environments?: Readonly<Record<string, Readonly<Record<string, string>>>>
}

/** In `url`, `post`, `token` and `pin`, `{account:<name>}` stands for a value of the account, and `{id}` for the key's id. */
export interface KeySource {
  /** Signed values that must be the account's. Checked first: for other accounts' requests nothing is fetched. */
  readonly pin?: readonly { readonly at: Place; readonly equals: string }[]
  /** Where the key's id is; `jwt:kid`: in the JWT's own header. None: every key of the set may have signed. */
  readonly id?: Place | 'jwt:kid'
  /** A regular expression that the whole id matches. Where the id is a URL it is what pins the host. */
  readonly idPattern?: string
  /** https. The host is fixed here, by `idPattern`, or by the operator's setting. */
  readonly url: string
  /** Posted as JSON; otherwise the request is a GET. */
  readonly post?: Readonly<Record<string, string>>
  /** The key server wants an OAuth 2.0 access token (RFC 6749 section 4.4): where to get it, and whose. */
  readonly token?: { readonly url: string; readonly user: string; readonly password: string; readonly scope: string }
  readonly answer: KeyAnswerForm
  /** What says that there is no such key, besides 404 and 410. */
  readonly unknown?: { readonly status: number; readonly at: `/${string}`; readonly is: string }
  /** How long a key is used without asking again. */
  readonly cacheSeconds: number
  /** The host is the operator's own setting, and may be in a private network. */
  readonly network?: 'operator'
}

/**
 * `jwks`: a JWK set (RFC 7517). `jwk` and `pem`: one key at a JSON pointer, `expires` (Unix seconds, or null) beside it.
 * `certificate`: X.509 as PEM, used within its dates; `commonName`: a regular expression for its subject.
 */
export type KeyAnswerForm =
  | { readonly kind: 'jwks' }
  | { readonly kind: 'jwk'; readonly at: `/${string}`; readonly expires?: `/${string}` }
  | { readonly kind: 'pem'; readonly at: `/${string}` }
  | { readonly kind: 'certificate'; readonly commonName?: string }

/** A signed request that asks whether its events are wanted. A GET of the URL in it says yes; it is no event. */
export interface Confirmation {
  /** The request is one when this body field has this value. */
  readonly when: { readonly pointer: `/${string}`; readonly equals: string }
  readonly url: `/${string}`
  /** A regular expression that the whole URL matches: it is what pins the host. */
  readonly pattern: string
}

/**
 * A request by which a sender registers, tests or keeps alive a URL: answered at once, never stored. A POST is verified
 * first, like an event, unless `proof` says otherwise.
 */
export interface Handshake {
  readonly method: 'GET' | 'HEAD' | 'OPTIONS' | 'POST'
  /**
   * Of a POST. `none`: the sender does not sign it, so it is looked for in what verification refused, and nothing that
   * is verified is taken for it. `any`: it may be signed or not.
   */
  readonly proof?: 'none' | 'any'
  /** All must be true. Without any, and without `body`, every request of this method is meant. */
  readonly when?: readonly Condition[]
  /** The whole body, at most 1 KiB, fits this regular expression; `{match:<group>}` stands for a named group. */
  readonly body?: string
  /** It is answered only where this equals `<SOURCE>_WEBHOOK_VERIFY_TOKEN`. */
  readonly token?: `query:${string}`
  /** The status where it does not, or no token is configured; 403 if not given. */
  readonly refusal?: 404
  /** The source's secret arrives here, and is kept; needs `token`, or anybody could give us one. */
  readonly secret?: `header:${string}` | `match:${string}`
  readonly answer: HandshakeAnswer
}

/** What it is answered: one of `text` and `json`, or an empty body. Values that the request lacks make it no handshake. */
export interface HandshakeAnswer {
  readonly status?: 204
  readonly headers?: Readonly<Record<string, string>>
  readonly text?: AnswerValue
  readonly json?: Readonly<Record<string, AnswerValue | number>>
  /** Of an empty body, where the sender insists on one. */
  readonly type?: 'application/json'
}

/** A template with the tokens of signed content, or a hash of one; `hmac` is keyed as the row's first scheme. */
export type AnswerValue = string | HashedValue

export interface HashedValue {
  readonly kind: 'hmac' | 'hash'
  readonly hash: 'sha256' | 'sha1'
  readonly encoding: 'hex' | 'base64'
  readonly of: string
  /** Template of what precedes it. */
  readonly prefix?: string
}
