import { bringsSecret, usesVerifyToken } from '../../../src/handshakes/tokens.ts'
import { providers } from '../../../src/providers/registry.ts'
import { tokenSchemes } from '../../../src/providers/token.ts'
import type { Provider, Scheme } from '../../../src/providers/types.ts'
import { code, namesInWords, placeOf, schemeInWords, valueInWords } from './words.ts'

/** docs/providers.md, as the rows say it. `npm run docs:providers` writes it anew; a test compares the two. */
export function documentProviders(): string {
  const rows = [...providers.values()]
  const verified = rows.filter(isVerified)
  const others = rows.filter((row) => !isVerified(row))
  return `${[
    '# Providers',
    '',
    `How to connect each of ${rows.length} senders, and how what it sends is verified. Search this page for the name of a sender, or for a header that you were sent. It is made from the rows in \`src/providers/\`, and a test compares the two.`,
    '',
    '- Each sender has three steps: the URL to give it (`<host>` is where your gateway is reached), the variable to set, and where its settings show the secret.',
    '- While a secret is being changed, the old one goes into the same variable with `_PREVIOUS`.',
    '- The same provider under another name, or a second account: `<SOURCE>_WEBHOOK_SECRET` and `<SOURCE>_WEBHOOK_PROVIDER`, at `/webhook/<source>` ([settings](settings.md)).',
    '- The words in braces, the places (`header:`, `body:`) and what a time limit means: [signatures.md](signatures.md).',
    '',
    'How sure it is:',
    '',
    ...evidence.map(([name, words]) => `- ${badge(name)} ${words}`),
    '',
    '## Verified senders',
    '',
    '| provider | | evidence | what proves a request |',
    '|---|---|---|---|',
    ...verified.map((row) =>
      line([linkTo(row), row.title, badges(row), [...new Set(schemesOf(row).map(placeOf))].join(', ')]),
    ),
    '',
    '## Senders that are not verified',
    '',
    `These ${others.length} sign nothing, or how they sign is not known well enough to check it. Nothing they send proves who sent it, so a source of theirs takes a secret of your own, \`<PROVIDER>_WEBHOOK_SECRET\`, which each request must carry in one of these places:`,
    '',
    ...tokenSchemes.map((scheme) => `- ${placeOf(scheme)}${scheme.basic ? ', user and password (Basic)' : ''}`),
    '- a header of any other name, set as `<PROVIDER>_WEBHOOK_HEADER`, and then there alone',
    '',
    'What else can protect them, and what such a secret is worth: [signatures.md](signatures.md#senders-that-sign-nothing).',
    '',
    '| provider | | evidence | what is known |',
    '|---|---|---|---|',
    ...others.map((row) => line([linkTo(row), row.title, badges(row), row.known ?? ''])),
    '',
    '## One by one',
    ...rows.flatMap(documentProvider),
  ].join('\n')}\n`
}

/** One sender: its three steps, then what is checked and what else is to know. */
export function documentProvider(row: Provider): readonly string[] {
  const { title, docs, known, deadlineSeconds, retries, addresses, bodyLimit, bodyCap, answer } = row
  const facts = [
    ...(isVerified(row) ? schemesOf(row).map((scheme) => `Proof: ${schemeInWords(scheme)}`) : []),
    row.id.length === 0 ? 'Id: none' : `Id: ${namesInWords(row.id)}`,
    row.type.length === 0 ? `Type: the source's name` : `Type: ${namesInWords(row.type)}`,
    deadlineSeconds === undefined ? '' : `Waits ${deadlineSeconds} s for an answer`,
    retries === undefined ? '' : `Tries again ${retries}`,
    answer === undefined ? '' : `Wants the answer ${valueInWords(answer)}`,
    row.refusal === undefined ? '' : `Wants ${row.refusal} where its proof is wrong`,
    row.handshakes === undefined ? '' : `Registers, tests or checks the URL: [handshakes.md](handshakes.md)`,
    row.getEvents === undefined ? '' : 'Sends events by GET too',
    bodyLimit === undefined ? '' : `Sends up to ${bodyLimit / 2 ** 20} MiB`,
    bodyCap === undefined ? '' : `Taken up to ${bodyCap / 2 ** 10} KiB, whatever \`BODY_LIMIT\` says`,
    addresses === undefined ? '' : `Sends from [these addresses](${addresses})`,
    ...Object.entries(row)
      .filter(([name]) => !shown.has(name))
      .map(([name, value]) => `${labels[name] ?? name}: ${valueInWords(value)}`),
  ]
  return [
    '',
    `### ${row.name}`,
    '',
    `**${title}** ${badges(row)} [its page](${docs})`,
    ...(known === undefined ? [] : ['', known]),
    '',
    `1. URL: ${urlOf(row)}`,
    `2. Set: ${variablesOf(row)}`,
    `3. Secret: ${row.setup}`,
    '',
    ...facts.filter((fact) => fact !== '').map((fact) => `- ${fact}`),
  ]
}

const evidence = [
  ['official SDK', 'its own library signs or verifies together with us in the tests'],
  ['official docs', 'a request printed in its documentation is accepted'],
  ['computed', 'requests are made by the rule that it documents, by other code than ours'],
  ['second hand', 'the rule was read where others quote or use it, not on its own page'],
  ['unsigned', 'it signs nothing'],
  ['not verified', 'how it signs is not known well enough'],
] as const

/** Fields that have words of their own above. What else a row says is listed after them, whatever it is. */
const shown = new Set(
  'name title docs confidence secondHand known schemes type id deadlineSeconds retries setup addresses answer bodyLimit bodyCap refusal handshakes getEvents'.split(
    ' ',
  ),
)
const labels: Readonly<Record<string, string>> = {
  confirmation: 'Confirmation',
  payload: 'Body',
}

/** Whether anything of the sender's own is checked. */
function isVerified({ confidence }: Provider): boolean {
  return confidence !== 'unsigned' && confidence !== 'not verified'
}

/** DocuSign's schemes differ by their number only. */
function schemesOf({ schemes }: Provider): readonly Scheme[] {
  return schemes.filter(({ name }) => !name.startsWith('x-docusign-') || name.endsWith('-1'))
}

function urlOf({ name, schemes }: Provider): string {
  if (name === 'generic') return '`https://<host>/webhook/<event>`'
  const url = `https://<host>/webhook/${name}`
  const inQuery = schemes.filter(({ kind, at }) => kind === 'token' && at.startsWith('query:'))
  const withSecret = inQuery.map(({ at }) => code(`${url}?${at.slice('query:'.length)}=<secret>`))
  return inQuery.length === schemes.length ? withSecret.join(', or ') : [code(url), ...withSecret].join(', or ')
}

function variablesOf(row: Provider): string {
  if (row.name === 'generic') return '`WEBHOOK_SECRET`'
  const prefix = `${row.name.toUpperCase().replaceAll('-', '_')}_WEBHOOK`
  const signsUrl = /\{url/.test(JSON.stringify(row.schemes))
  const publicUrl = signsUrl ? ', and `PUBLIC_URL` (`https://<host>`): the URL is signed' : ''
  const token = usesVerifyToken(row)
    ? `, ${bringsSecret(row) ? 'or' : 'and'} ${code(`${prefix}_VERIFY_TOKEN`)} ([handshakes](handshakes.md))`
    : ''
  return code(`${prefix}_SECRET`) + token + publicUrl
}

function badges({ confidence, secondHand }: Provider): string {
  return badge(confidence) + (secondHand ? ` ${badge('second hand')}` : '')
}

function badge(text: string): string {
  return `<kbd>${text}</kbd>`
}

function linkTo({ name }: Provider): string {
  return `[\`${name}\`](#${name})`
}

function line(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

if (import.meta.main) process.stdout.write(documentProviders())
