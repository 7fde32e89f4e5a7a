import type { Bench } from '../bench.ts'
import { bodyForms, largeBytes } from '../body-forms.ts'
import type { Cause, Diagnosis } from '../types.ts'
import { proven, sourceLabel } from '../words.ts'
import { othersOf } from './secrets.ts'

const advice: Partial<Record<Cause, string>> = {
  body_reserialised:
    'Something on the way, or the sender itself, parsed the JSON after it was signed and wrote it anew: have it pass on the bytes as they are.',
  body_white_space: 'Something on the way, or the sender itself, changed white space at its ends after it was signed.',
  body_line_endings:
    'Something on the way changed its line breaks (a text mode, a template, a file that was checked out): send the bytes as they are.',
  body_bom: 'A byte order mark was added or taken away on the way: send the bytes as they are.',
  body_compressed:
    'A proxy packed or unpacked it on the way: switch that off for this path, or for requests with a Content-Encoding.',
  body_form: 'Something on the way parsed the form and wrote it anew: have it pass on the bytes as they are.',
  body_charset:
    'Something on the way read it in one character set and wrote it in another: send it as UTF-8, untouched.',
  body_wrapped: 'Something on the way wrapped or escaped it: have that pass on the raw body.',
}

/** The body was changed between signing and here. */
export async function alteredBody(bench: Bench): Promise<Diagnosis | null> {
  const { subject } = bench
  for (const { body, cause, was } of bodyForms(subject.request)) {
    if (await bench.fits({ request: { ...subject.request, body } })) return explained(cause, was)
    if (bench.exhausted()) return null
  }
  return null
}

/** The same under another source's secret, where both are wrong. */
export async function alteredBodyAndSecret(bench: Bench): Promise<Diagnosis | null> {
  const { subject, source } = bench
  const others = othersOf(bench).flatMap(({ name, secrets }) => secrets.map((secret) => ({ name, secret })))
  if (others.length === 0 || subject.request.body.byteLength > largeBytes) return null
  for (const { body, cause, was } of bodyForms(subject.request)) {
    const request = { ...subject.request, body }
    for (const { name, secret } of others) {
      if (!(await bench.fits({ request, secret }))) continue
      const { sentence, ...rest } = explained(cause, was)
      return {
        ...rest,
        sentence: `${sentence} Besides, it was signed with the secret of ${sourceLabel(name)}, not with that of ${sourceLabel(source.name)}.`,
      }
    }
    if (bench.exhausted()) return null
  }
  return null
}

function explained(cause: Cause, was: string): Diagnosis {
  return proven(cause, `The signature is right for the same body ${was}. ${advice[cause] ?? ''}`.trim())
}
