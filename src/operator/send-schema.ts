import { type Static, Type } from '@sinclair/typebox'
import { type FaultName, faultNames } from '../signing/faults.ts'
import { Body, Header, literals, nullable } from './schemas.ts'

export const SendRequest = Type.Object(
  {
    source: Type.Optional(Type.String({ description: 'Send to this source of the gateway itself; or give `url`' })),
    url: Type.Optional(Type.String({ maxLength: 4096, description: 'Send to any other receiver; needs `provider`' })),
    provider: Type.Optional(Type.String({ description: 'Whose events; of a source, its own' })),
    scheme: Type.Optional(Type.String({ description: 'Which of its schemes signs, where it has several' })),
    secret: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 16_384,
        description: 'Signs it: of a source, in place of the configured one. Never answered or kept',
      }),
    ),
    unsigned: Type.Boolean({ default: false, description: 'Sign nothing' }),
    event: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: 'Type of the event' })),
    id: Type.Optional(Type.String({ minLength: 1, maxLength: 200, description: "The sender's id of it" })),
    body: Type.Optional(Type.String({ description: "The payload; left out: the provider's sample" })),
    encoding: Type.Unsafe<'utf8' | 'base64'>({
      ...literals(['utf8', 'base64']),
      default: 'utf8',
      description: 'Of `body`',
    }),
    headers: Type.Array(Header, {
      default: [],
      maxItems: 100,
      description: 'Added, or in place of those of the sample',
    }),
    fault: Type.Optional(Type.Unsafe<FaultName>({ ...literals(faultNames), description: 'Wrong on purpose' })),
    timeoutSeconds: Type.Integer({ minimum: 1, maximum: 60, default: 15 }),
  },
  { additionalProperties: false, title: 'What to send' },
)
export type SendRequest = Static<typeof SendRequest>

export const SentRequest = Type.Object(
  {
    method: Type.Literal('POST'),
    url: Type.String(),
    headers: Type.Array(Header),
    body: Body,
    scheme: nullable(Type.String(), 'By which it is signed; null: not at all'),
    curl: Type.String({ description: 'The same as a command for a shell. Secrets are left out' }),
  },
  { title: 'Request' },
)

export const SendAnswer = Type.Object(
  {
    status: nullable(Type.Integer(), 'Null: nothing came back'),
    ms: Type.Integer({ description: 'Until the whole answer was there' }),
    headers: Type.Array(Header),
    body: nullable(Body),
    eventId: nullable(Type.String(), 'Of the event in this gateway, where the answer says it'),
    duplicate: nullable(Type.Boolean()),
    problem: nullable(Type.String(), 'Why it is not what should be answered'),
  },
  { title: 'Answer' },
)

export const SendResult = Type.Object(
  {
    request: SentRequest,
    ok: Type.Boolean({
      description: 'Every answer is what it should be, the rejection of what is wrong on purpose included',
    }),
    problem: nullable(Type.String(), 'What is wrong with the answers together'),
    answers: Type.Array(SendAnswer, { description: 'Several where the same request is sent several times' }),
  },
  { title: 'What became of it' },
)
