import { Type } from '@sinclair/typebox'
import { Body, Header, nullable } from './schemas.ts'

const Scheme = Type.Object({
  name: Type.String(),
  kind: Type.String(),
  at: Type.String({ description: 'Where in the request its proof is' }),
  proof: Type.String({ description: 'In a word or two' }),
  toleranceSeconds: nullable(Type.Number(), 'How far a signed time may be from now; null: none is signed'),
})

const summary = {
  name: Type.String({ description: 'As `<SOURCE>_WEBHOOK_PROVIDER` takes it' }),
  title: Type.String(),
  docs: Type.String({ description: 'Where its signatures are described' }),
  confidence: Type.String({ description: 'How sure it is how it signs: docs/providers.md' }),
  setup: Type.String({ description: 'Where the secret is found' }),
  setting: Type.String({ description: 'The variable that its secret goes into' }),
  path: Type.String(),
  needsPublicUrl: Type.Boolean({ description: 'It signs the URL that it posts to' }),
  sendable: Type.Boolean({ description: 'Whether its events can be signed here: not where it alone has the key' }),
  schemes: Type.Array(Scheme),
  known: nullable(Type.String(), 'Of a sender that signs nothing, or in a way nobody knows: what is known'),
} as const

export const ProviderSummary = Type.Object(summary, { title: 'Provider' })

export const ProviderDetail = Type.Object(
  {
    ...summary,
    deadlineSeconds: nullable(Type.Number(), 'How long it waits for an answer'),
    retries: nullable(Type.String(), 'How often it tries again'),
    sample: Type.Object(
      {
        query: Type.String({ description: 'With its question mark; empty: none' }),
        headers: Type.Array(Header),
        body: Body,
      },
      { description: 'A typical event of its, not signed yet' },
    ),
  },
  { title: 'Provider, whole' },
)
