import type { Diagnosis } from '../../diagnosis/types.ts'
import { type Output, plain, table } from '../output.ts'

export interface Explained {
  /** A gateway of another version may know other causes. */
  readonly diagnosis: Omit<Diagnosis, 'cause'> & { readonly cause: string }
  readonly request: string
  readonly source: string
  readonly bytes: number
  /** What is doubtful about the capture. */
  readonly notes: readonly string[]
}

/** Says what is wrong and what to do, for people and for scripts. */
export function report(output: Output, { diagnosis, request, source, bytes, notes }: Explained): void {
  const { cause, certainty, sentence, facts } = diagnosis
  output.document({ ...diagnosis, genuine: cause === 'genuine', request: plain(request, 500), source, bytes, notes })
  const genuine = cause === 'genuine'
  const verdict = genuine ? output.style('green', 'genuine') : output.style('red', 'rejected')
  const why = genuine ? '' : `  ${output.style('yellow', cause)}${certainty === 'likely' ? ' (likely)' : ''}`
  output.line(verdict + why)
  output.line(plain(sentence, 2_000))
  output.line()
  const rows = [
    ['request', plain(request, 300)],
    ['source', plain(source, 200)],
    ['body', `${bytes} bytes`],
    ...facts.map(({ name, value }) => [name, plain(value, 400)]),
  ]
  for (const line of table(
    rows.map(([name = '', value = '']) => [output.style('dim', name), value]),
    '  ',
  )) {
    output.line(line)
  }
  for (const note of notes) output.line(`  ${output.style('dim', 'note:')} ${note}`)
}
