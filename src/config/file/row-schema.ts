import { Type } from '@sinclair/typebox'
import type { Place, Provider, ValueSource } from '../../providers/types.ts'
import type { CustomProvider } from '../define-config.ts'
import { annotate, choice, flag, integer, object, optional, text } from './annotate.ts'

/** The row of a home-grown sender: the data of `src/providers/types.ts`, in words that a person can get wrong. */

const HEADER = "header:[!#$%&'*+.^_`|~0-9a-z-]+"
const POINTER = '/.*'

const header = text<`header:${string}`>(`^${HEADER}$`, '"header:" and the name of a header in lower case')
const pointer = text<`/${string}`>(`^${POINTER}$`, 'a JSON pointer such as "/data/id"')
const valueSource = text<ValueSource>(
  `^(?:${HEADER}|body:${POINTER})$`,
  '"header:<name in lower case>" or "body:<JSON pointer>" such as "body:/type"',
)
const place = text<Place>(
  `^(?:body|${HEADER}|body:${POINTER}|query:.+|form:.+|multipart:[^#]+#${POINTER})$`,
  '"body", "header:<name in lower case>", "body:<JSON pointer>", "query:<name>", "form:<field>" or "multipart:<field>#<JSON pointer>"',
)
const timePlace = text<Place | `list:${string}`>(
  `^(?:${HEADER}|body:${POINTER}|query:.+|form:.+|multipart:[^#]+#${POINTER}|list:.+)$`,
  'a place such as "header:x-timestamp", or "list:<label>" for a value in the signature header itself',
)
const filled = (accepted: string) => text('^[^]', accepted)
const some = () => filled('a text that is not empty')
const yes = () => annotate(Type.Literal(true), 'true, or leave it out')

const names = annotate(
  Type.Array(
    annotate(
      Type.Union([
        valueSource,
        annotate(
          Type.Unsafe<readonly [ValueSource, ValueSource, ...ValueSource[]]>(Type.Array(valueSource, { minItems: 2 })),
          'a list of two or more places that belong together',
        ),
      ]),
      '"header:<name in lower case>", "body:<JSON pointer>", or a list of two or more of them that belong together',
    ),
  ),
  'a list of places such as ["header:x-event-id", "body:/id"]',
)

const secretForm = object(
  {
    form: choice('utf8', 'base64', 'hex', 'utf8-or-base64', 'sha1'),
    prefix: optional(some()),
    prefixRequired: optional(flag()),
    lead: optional(some()),
    suffix: optional(some()),
    not: optional(some()),
    separator: optional(some()),
  },
  'how the secret becomes a key, such as { form: "utf8" }',
)
const publicKeyForm = object({ form: choice('public-key') }, '{ form: "public-key" }')
const eitherForm = annotate(
  Type.Union([secretForm, publicKeyForm]),
  'how the secret becomes a key, such as { form: "utf8" } or { form: "public-key" }',
)

const condition = object(
  {
    at: place,
    is: optional(some()),
    startsWith: optional(some()),
    fits: optional(some()),
    absent: optional(yes()),
  },
  'a condition',
)

const scheme = {
  name: text('^[a-z0-9]+(?:-[a-z0-9]+)*$', 'a name of lower-case letters and digits, joined by dashes'),
  at: place,
  prefix: optional(some()),
  prefixOptional: optional(yes()),
  when: optional(condition),
  weak: optional(yes()),
}

const signature = {
  ...scheme,
  encoding: choice('hex', 'base64', 'base64url'),
  list: optional(
    object({
      separator: some(),
      assign: optional(some()),
      label: optional(some()),
      lead: optional(some()),
      group: optional(some()),
      repeated: optional(yes()),
    }),
  ),
  signed: filled('the template that is signed, such as "{body}" or "{timestamp}.{body}"'),
  timestamp: optional(
    object({ from: timePlace, unit: choice('s', 'ms', 's-or-ms', 'iso8601'), tolerance: integer(1, 86400) }),
  ),
  id: optional(header),
  foreign: optional(annotate(Type.Array(some()), 'a list of templates')),
  bound: optional(object({ at: place, equals: some() })),
  single: optional(pointer),
  givenAway: optional(some()),
}

const hmac = object({
  ...signature,
  kind: choice('hmac'),
  hash: choice('sha256', 'sha1', 'sha512'),
  key: secretForm,
})
const ed25519 = object({ ...signature, kind: choice('ed25519'), key: eitherForm })
const publicKey = object({
  ...signature,
  kind: choice('rsa', 'ecdsa'),
  hash: choice('sha256', 'sha1'),
  key: publicKeyForm,
})
const plainHash = object({
  ...signature,
  kind: choice('hash'),
  hash: choice('sha256', 'sha1'),
  secretAt: choice('start', 'end'),
  key: secretForm,
})
const token = object({ ...scheme, kind: choice('token'), basic: optional(yes()), key: secretForm })
const jwt = object({
  ...scheme,
  kind: choice('jwt'),
  algorithms: annotate(
    Type.Union([
      Type.Array(choice('HS256', 'HS384', 'HS512'), { minItems: 1 }),
      Type.Array(choice('RS256', 'ES256'), { minItems: 1 }),
    ]),
    'a list of HS256, HS384 and HS512, or of RS256 and ES256',
  ),
  key: eitherForm,
  claims: annotate(Type.Record(Type.String(), Type.String()), 'an object of claims and the templates they equal'),
  claimsOfBody: optional(annotate(Type.Array(Type.String()), 'a list of claims')),
  time: optional(
    annotate(Type.Union([choice('exp'), object({ iat: integer(1, 86400) })]), '"exp", or { iat: seconds }'),
  ),
})

const anyScheme = annotate(
  Type.Union([hmac, ed25519, publicKey, plainHash, token, jwt]),
  'a scheme: an object with kind, at, key and more',
  { discriminator: { key: 'kind', accepted: 'one of hmac, ed25519, rsa, ecdsa, hash, token, jwt' } },
)

const hashedValue = object({
  kind: choice('hmac', 'hash'),
  hash: choice('sha256', 'sha1'),
  encoding: choice('hex', 'base64'),
  of: some(),
  prefix: optional(some()),
})
const answerValue = annotate(
  Type.Union([some(), hashedValue]),
  'a template such as "{query:challenge}", or a hash of one',
)
const queryPlace = text<`query:${string}`>('^query:.+$', '"query:<name>"')

const handshake = object(
  {
    method: choice('GET', 'HEAD', 'OPTIONS', 'POST'),
    proof: optional(choice('none', 'any')),
    when: optional(annotate(Type.Array(condition, { minItems: 1 }), 'a list of at least one condition')),
    body: optional(annotate(Type.String(), 'a regular expression')),
    token: optional(queryPlace),
    refusal: optional(annotate(Type.Literal(404), '404')),
    secret: optional(
      text<`header:${string}` | `match:${string}`>(
        `^(?:${HEADER}|match:.+)$`,
        '"header:<name in lower case>" or "match:<group>"',
      ),
    ),
    answer: object({
      status: optional(annotate(Type.Literal(204), '204')),
      headers: optional(
        annotate(Type.Record(Type.String(), Type.String()), 'an object of headers and their templates'),
      ),
      text: optional(answerValue),
      json: optional(
        annotate(
          Type.Record(Type.String(), Type.Union([answerValue, Type.Number()])),
          'an object of fields and their templates',
        ),
      ),
      type: optional(choice('application/json')),
    }),
  },
  'a handshake: an object with method, answer and more',
)

export const RowSchema = object(
  {
    title: optional(some()),
    schemes: annotate(Type.Array(anyScheme, { minItems: 1 }), 'a list of at least one scheme'),
    type: optional(names),
    id: optional(names),
    payload: optional(choice('json', 'jwt')),
    answer: optional(
      object({
        status: optional(annotate(Type.Literal(204), '204')),
        body: optional(annotate(Type.String(), 'a text')),
        type: optional(choice('application/json', 'text/xml')),
        repeats: optional(some()),
      }),
    ),
    refusal: optional(annotate(Type.Union([Type.Literal(400), Type.Literal(498)]), '400 or 498')),
    handshakes: optional(annotate(Type.Array(handshake), 'a list of handshakes')),
    getEvents: optional(yes()),
  },
  'the name of a provider, or how the sender signs',
)

/** Makes a row of a person's data. @param name the source's */
export function customProvider(name: string, row: CustomProvider): Provider {
  return {
    type: [],
    id: [],
    ...row,
    name,
    title: row.title ?? name,
    docs: '',
    confidence: 'computed',
    setup: '',
  }
}
