import { type Output, plain } from '../output.ts'
import { type Fact, factLines } from '../show/facts.ts'
import { bytesText, counted, countText } from '../show/quantity.ts'
import { localTime, relative, span } from '../show/time.ts'
import { addressOf, type SeenSource, verifiedText } from './seen.ts'

/** Everything about one source. */
export function sourceLines(output: Output, source: SeenSource, base: string, now: number): readonly string[] {
  const { name, title, provider, steps } = source
  const of = title.toLowerCase() === provider.toLowerCase() ? plain(title) : `${plain(title)} (${plain(provider)})`
  const marks = steps.map(({ text, done }) => {
    const mark = done === true ? output.style('green', '✓') : done === false ? output.style('yellow', '✗') : '·'
    return `  ${mark} ${plain(text, 1_000)}`
  })
  const heading = (text: string) => ['', output.style('bold', text)]
  return [
    `${output.style('cyan', plain(name))}  ${of}, ${verifiedText(output, source)}`,
    ...factLines(output, cameFacts(source, base, now)),
    ...heading('Set-up'),
    ...marks,
    ...heading('How it is checked'),
    ...factLines(output, checkFacts(source, now)),
  ]
}

function cameFacts(source: SeenSource, base: string, now: number): readonly Fact[] {
  const { url, lastEvent, lastDay, docs } = source
  const { accepted, duplicates, rejected } = lastDay
  return [
    ['URL', `${addressOf(source, base)}${url === null ? ' (as you ask it: the gateway has no PUBLIC_URL)' : ''}`],
    ['Docs', plain(docs, 500)],
    [
      'Last event',
      lastEvent === null
        ? 'none yet'
        : `${plain(lastEvent.type)}  ${plain(lastEvent.id, 60)}  ${moment(lastEvent.receivedAt, now)}`,
    ],
    [
      'In 24 hours',
      `${countText(accepted)} accepted, ${counted(duplicates, 'duplicate')}, ${countText(rejected)} rejected`,
    ],
  ]
}

function checkFacts(source: SeenSource, now: number): readonly Fact[] {
  const { schemes, toleranceSeconds, bodyLimit, deadlineSeconds, retries, allow } = source
  return [
    ['Secrets', secretsText(source, now)],
    ['Schemes', schemes.map((scheme) => plain(scheme)).join(', ') || 'none'],
    ['Handshake', handshakeText(source, now)],
    ['Tolerance', toleranceSeconds === null ? 'none: no time is signed' : `${countText(toleranceSeconds)} s`],
    ['Body limit', bytesText(bodyLimit)],
    ['Sends from', allow === null ? 'any address' : allow.map((one) => plain(one, 60)).join(', ')],
    ['Answer in', deadlineSeconds === null ? null : span(deadlineSeconds * 1_000)],
    ['Tries again', retries === null ? null : plain(retries, 500)],
  ]
}

/** As far as the store remembers: a secret may be older. */
function secretsText({ secrets }: SeenSource, now: number): string {
  const { current, previous, brought, currentSince, previousSince, previousUsedAt } = secrets
  const parts = [
    current ? `one is set${since(currentSince, now)}` : '',
    brought > 0 ? `the sender brought ${countText(brought)}` : '',
    previous
      ? `the previous one counts too${since(previousSince, now)}, ${
          previousUsedAt === null
            ? 'none of the latest events needed it: it can go'
            : `it verified an event ${moment(previousUsedAt, now)}`
        }`
      : '',
  ].filter((part) => part !== '')
  return parts.length === 0 ? 'none' : parts.join('; ')
}

function handshakeText({ handshake }: SeenSource, now: number): string | null {
  if (handshake === null) return null
  const { verifyToken, bringsSecret, lastAt, answered } = handshake
  return [
    verifyToken === 'missing' ? 'needs a verify token, which is not set' : '',
    verifyToken === 'set' ? 'verify token set' : '',
    bringsSecret ? 'the sender brings its secret' : '',
    lastAt === null
      ? 'not asked since the start'
      : `${answered === false ? 'refused' : 'answered'} ${moment(lastAt, now)}`,
  ]
    .filter((part) => part !== '')
    .join('; ')
}

function since(at: string | null, now: number): string {
  return at === null ? '' : `, first seen ${moment(at, now)}`
}

function moment(at: string, now: number): string {
  return `${localTime(at)} (${relative(at, now)})`
}
