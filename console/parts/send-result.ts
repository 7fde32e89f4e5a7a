import { h } from 'preact'
import { hrefOf } from '../state/router.ts'
import type { SendResult } from '../state/types.ts'
import { duration, plural } from '../text/format.ts'
import { BodyView, headerOf, Pairs } from './body-view.ts'
import { CopyButton } from './copy.ts'

type Answer = SendResult['answers'][number]

/** What was sent, what came back, and whether that is what should have come back. */
export function Result({ result }: { readonly result: SendResult }) {
  const { request, ok, problem, answers } = result
  return [
    h(
      'section',
      { key: 'answers' },
      h('h2', null, answers.length === 1 ? 'Answer' : plural(answers.length, 'answer')),
      h(
        'p',
        { class: `verdict ${ok ? 'good' : 'bad'}` },
        ok ? 'As it should be.' : (problem ?? 'Not as it should be.'),
      ),
      answers.map((answer, index) => h(AnswerView, { key: index, answer })),
    ),
    h(
      'section',
      { key: 'request' },
      h(
        'div',
        { class: 'card-head' },
        h('h2', null, 'Request'),
        h(CopyButton, { text: request.curl, what: 'it as a curl command', label: 'Copy as curl' }),
      ),
      h('p', { class: 'wrap' }, h('code', null, `${request.method} ${request.url}`)),
      h('p', { class: 'hint' }, request.scheme === null ? 'It is not signed.' : `Signed by ${request.scheme}.`),
      h(Pairs, { label: 'Headers of the request', pairs: request.headers }),
      h(BodyView, {
        body: request.body,
        size: request.body.text.length,
        contentType: headerOf(request.headers, 'content-type'),
      }),
    ),
  ]
}

function AnswerView({ answer }: { readonly answer: Answer }) {
  const { status, ms, headers, body, eventId, duplicate, problem } = answer
  return h(
    'div',
    { class: 'answer' },
    h(
      'p',
      null,
      h('strong', { class: 'answer-status' }, status === null ? 'No answer' : String(status)),
      h('span', { class: 'hint' }, ` after ${duration(ms)}`),
      eventId === null
        ? null
        : [
            ' · ',
            h(
              'a',
              { key: 'event', href: hrefOf(`/events/${eventId}`) },
              duplicate === true ? 'the event that it repeats' : 'the event',
            ),
          ],
    ),
    problem === null ? null : h('p', { class: 'attempt-error wrap' }, problem),
    body === null
      ? null
      : h(BodyView, { body, size: body.text.length, contentType: headerOf(headers, 'content-type') }),
  )
}
