import type { Static } from '@sinclair/typebox'
import { writtenForms } from '../events/credentials.ts'
import type { Scheme } from '../providers/types.ts'
import type { Plan } from '../sending/compose.ts'
import { curlLine } from '../sending/curl.ts'
import type { Result } from '../sending/run.ts'
import { type Draft, withValue } from '../signing/draft.ts'
import type { HeaderView } from './schemas.ts'
import type { SendAnswer, SentRequest } from './send-schema.ts'
import { bodyView } from './views.ts'

/** Shorter texts would be found everywhere. */
const leastSecret = 6
const hidden = '[hidden]'

/** The request, with the secret taken out wherever it is. */
export function requestView(plan: Plan, scheme: Scheme | null, draft: Draft): Static<typeof SentRequest> {
  const { url, fault } = plan
  const hide = hiding(plan.secret)
  const shown = scheme?.kind === 'token' ? withoutToken(draft, scheme) : draft
  const body = bodyView(shown.body)
  return {
    method: 'POST',
    url: hide(url.origin + shown.url),
    headers: Object.entries(shown.headers).map(([name, value]): HeaderView => [name, hide(utf8Of(value))]),
    body: { ...body, text: body.encoding === 'utf8' ? hide(body.text) : body.text },
    scheme: scheme?.name ?? null,
    curl: hide(curlLine(shown, url, fault === 'chunked')),
  }
}

/** A request with such a proof carries the secret itself, in whatever spelling. */
function withoutToken(draft: Draft, { at }: Scheme): Draft {
  try {
    return withValue(draft, at, hidden)
  } catch {
    // There is none in it: the fault took it out.
    return draft
  }
}

/** What came back, with the secret taken out where it was repeated. */
export function answerView({ secret }: Plan, result: Result): Static<typeof SendAnswer> {
  const { status, ms, headers, answer, id, duplicate, problem } = result
  const hide = hiding(secret)
  return {
    status,
    ms,
    headers: headers.map(([name, value]): HeaderView => [name, hide(value)]),
    body: status === null ? null : bodyView(Buffer.from(hide(answer))),
    eventId: id,
    duplicate,
    problem: problem === null ? null : hide(advised(problem)),
  }
}

/** What the operator may allow is said where it is refused. */
function advised(problem: string): string {
  return problem.replace(/may not be contacted from here$/, '$&: name its host in SEND_HOSTS if it is yours')
}

/** Takes a secret out of what is shown. */
function hiding(secret: string | null): (text: string) => string {
  if (secret === null || secret.length < leastSecret) return (text) => text
  const forms = writtenForms(secret)
  return (text) => forms.reduce((shown, form) => shown.replaceAll(form, hidden), text)
}

function utf8Of(value: string): string {
  return Buffer.from(value, 'latin1').toString('utf8')
}
