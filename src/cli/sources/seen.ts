import { type Static, Type } from '@sinclair/typebox'
import { Source } from '../../operator/source-schema.ts'
import { type Output, plain } from '../output.ts'

/** What is read of a source. */
export const SeenSource = Type.Omit(Source, ['setup', 'rotating'])
export type SeenSource = Static<typeof SeenSource>

/** What its sender is given; where the gateway does not know its public URL, the one that was asked. */
export function addressOf({ url, path }: SeenSource, base: string): string {
  return plain((url ?? `${base}${path}`).replace(':event', '<event>'), 500)
}

export function verifiedText(output: Output, { verified, rejectsAll }: SeenSource): string {
  if (rejectsAll) return output.style('yellow', 'rejects all')
  return verified ? output.style('green', 'verified') : output.style('yellow', 'not verified')
}
