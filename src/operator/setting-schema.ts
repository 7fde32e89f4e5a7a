import { Type } from '@sinclair/typebox'
import { literals, nullable } from './schemas.ts'

export const Setting = Type.Object(
  {
    name: Type.String({ description: 'The environment variable, or the place in the configuration file' }),
    value: nullable(Type.String(), 'As it counts; null: not set, or a secret'),
    isSet: Type.Boolean(),
    isSecret: Type.Boolean({ description: 'Only whether it is set is shown' }),
    from: Type.Unsafe<'environment' | 'platform' | 'file' | 'default'>({
      ...literals(['environment', 'platform', 'file', 'default']),
      description: 'platform: what Railway sets',
    }),
    description: nullable(Type.String()),
    accepted: nullable(Type.String(), 'What it may be'),
  },
  { title: 'Setting' },
)
