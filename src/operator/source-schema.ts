import { Type } from '@sinclair/typebox'
import { count, literals, nullable, time } from './schemas.ts'

export const Source = Type.Object(
  {
    name: Type.String(),
    default: Type.Boolean({ description: 'Of every path that names no source' }),
    path: Type.String({ description: 'What a sender is given, after the public URL' }),
    url: nullable(Type.String(), 'The whole of it; null: PUBLIC_URL is not set'),
    provider: Type.String(),
    title: Type.String(),
    docs: Type.String({ description: 'Where its signatures are described' }),
    setup: Type.String({ description: 'Where the secret is found' }),
    steps: Type.Array(
      Type.Object({
        text: Type.String(),
        done: nullable(Type.Boolean(), 'Null: the gateway cannot know'),
      }),
      { description: 'What to do until its events come' },
    ),
    verified: Type.Boolean({ description: 'False: whoever posts to it is believed, unless it rejects all' }),
    rejectsAll: Type.Boolean({
      description:
        'Nothing can be verified here: no secret covers it while others have one, or its sender has not brought it yet',
    }),
    rotating: Type.Boolean({ description: 'The previous secret is accepted too' }),
    schemes: Type.Array(Type.String()),
    toleranceSeconds: nullable(
      Type.Integer(),
      "How far a signed time may be from now: as configured, else the provider's own; null: no time is signed",
    ),
    bodyLimit: Type.Integer({ description: 'Bytes' }),
    deadlineSeconds: nullable(Type.Number(), 'How long the sender waits for an answer, where it says so'),
    retries: nullable(Type.String(), 'How often and how long it tries again, where it says so'),
    allow: nullable(Type.Array(Type.String()), 'Addresses that may send; null: any'),
    secrets: Type.Object({
      current: Type.Boolean(),
      previous: Type.Boolean(),
      brought: count('Secrets that the sender brought in handshakes'),
      currentSince: nullable(
        time('When the gateway first started with it'),
        'As far as its store remembers: a secret may be older. Null: there is none, or it is not known',
      ),
      previousSince: nullable(time('The same of the previous one')),
      previousUsedAt: nullable(
        time('When the previous one last verified an event'),
        'Among the last 200 events, while it is being changed; null: none. Then it can go',
      ),
    }),
    handshake: nullable(
      Type.Object({
        verifyToken: Type.Unsafe<'set' | 'missing' | 'none'>({
          ...literals(['set', 'missing', 'none']),
          description: 'none: this sender asks for no token',
        }),
        bringsSecret: Type.Boolean({ description: 'The sender brings its secret itself' }),
        lastAt: nullable(time('When it last registered or tested the URL'), 'Null: not since the start'),
        answered: nullable(Type.Boolean(), 'False: that was refused'),
      }),
      'Null: this sender does not ask before it sends',
    ),
    lastEvent: nullable(
      Type.Object({ id: Type.String(), type: Type.String(), receivedAt: time('When it was accepted') }),
    ),
    lastDay: Type.Object({
      accepted: count('Events stored in the last 24 hours'),
      duplicates: count('Events that were known already'),
      rejected: count('Requests rejected'),
    }),
  },
  { title: 'Source' },
)
