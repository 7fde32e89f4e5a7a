import { providers } from '../../../src/providers/registry.ts'
import { tokenSchemes } from '../../../src/providers/token.ts'
import type { NameSource, Provider, Scheme, SignatureScheme } from '../../../src/providers/types.ts'

/**
 * docs/providers.md, as the rows say it. `node test/unit/providers/document.ts > docs/providers.md` writes it anew; a test
 * compares the two.
 */
export function documentProviders(): string {
  const all = [...providers.values()]
  const rows = all.filter(isVerified)
  const others = all.filter((row) => !isVerified(row))
  return `${[
    '# Providers',
    '',
    `How each of the ${rows.length} senders proves its requests, in the order in which a row is read. A source takes any scheme of its provider that its secret fits. What the columns and the words in braces mean: [signatures.md](signatures.md). This page is made from the rows in \`src/providers/\` and compared with them by a test.`,
    '',
    '| provider | what proves it | signed bytes | how | time limit | event id | event type | evidence |',
    '|---|---|---|---|---|---|---|---|',
    ...rows.flatMap(linesOf),
    '',
    '## Where the secret is',
    '',
    'Set it as `<PROVIDER>_WEBHOOK_SECRET` (dashes become underscores).',
    '',
    '| provider | secret | waits | tries again | our answer, where it must be another than usual |',
    '|---|---|---|---|---|',
    ...rows.map(setupLine),
    '',
    '## Senders that are not verified',
    '',
    `These ${others.length} sign nothing (\`unsigned\`), or how they sign is not known well enough to check it (\`not verified\`). Nothing they send proves who sent it, so a source of theirs takes a secret of your own, \`<PROVIDER>_WEBHOOK_SECRET\`, which each request must carry in one of these places:`,
    '',
    ...tokenSchemes.map((scheme) => `- ${placeOf(scheme)}${scheme.basic ? ', user and password (Basic)' : ''}`),
    '',
    'What else can protect them, and what such a secret is worth: [signatures.md](signatures.md#senders-that-sign-nothing).',
    '',
    '| provider | evidence | what is known | event id | event type | its addresses |',
    '|---|---|---|---|---|---|',
    ...others.map((row) =>
      line([
        `[\`${row.name}\`](${row.docs})`,
        row.confidence,
        cell(row.known ?? ''),
        namesOf(row.id),
        namesOf(row.type),
        row.addresses === undefined ? '' : `[listed](${row.addresses})`,
      ]),
    ),
    '',
    '| provider | secret | waits | tries again | our answer, where it must be another than usual |',
    '|---|---|---|---|---|',
    ...others.map(setupLine),
  ].join('\n')}\n`
}

/** Whether anything of the sender's own is checked. */
function isVerified({ confidence }: Provider): boolean {
  return confidence !== 'unsigned' && confidence !== 'not verified'
}

function setupLine(row: Provider): string {
  return line([
    `\`${row.name}\``,
    cell(row.setup),
    row.deadlineSeconds === undefined ? '' : `${row.deadlineSeconds} s`,
    cell(row.retries ?? ''),
    row.answer === undefined ? '' : `${row.answer.status ?? 200} ${code(row.answer.body) || 'with an empty body'}`,
  ])
}

function linesOf(row: Provider): readonly string[] {
  return row.schemes.filter(isShown).map((scheme, index) => {
    const first = index === 0
    return line([
      first ? `[\`${row.name}\`](${row.docs})` : '',
      placeOf(scheme),
      signedOf(scheme),
      howOf(scheme),
      limitOf(scheme),
      first ? namesOf(row.id) : '',
      first ? namesOf(row.type) : '',
      first ? row.confidence + (row.secondHand ? ', second hand' : '') : '',
    ])
  })
}

/** DocuSign's schemes differ by their number only. */
function isShown({ name }: Scheme): boolean {
  return !/-(?:[2-9]|10)$/.test(name) || !name.startsWith('x-docusign-')
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}

/** Line feeds are shown as \n; a bar would end the cell. */
function code(text: string): string {
  return text === '' ? '' : `\`${cell(text.replaceAll('\n', '\\n'))}\``
}

function placeOf(scheme: Scheme): string {
  const list = scheme.kind === 'token' || scheme.kind === 'jwt' ? undefined : scheme.list
  const label = list?.label === undefined ? '' : `${list.label}${list.assign}`
  const lead = `${list?.lead ?? ''}${label}${scheme.prefix ?? ''}`
  const when = scheme.when === undefined ? '' : `, with ${code(scheme.when.at)}${conditionOf(scheme.when)}`
  return code(scheme.at) + (lead === '' ? '' : `: ${code(`${lead}…`)}`) + when
}

function conditionOf({ is, startsWith, absent }: NonNullable<Scheme['when']>): string {
  if (is !== undefined) return ` being ${code(is)}`
  if (startsWith !== undefined) return ` beginning ${code(startsWith)}`
  return absent ? ' absent' : ''
}

function signedOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return 'nothing'
  if (scheme.kind !== 'jwt') return code(scheme.signed)
  if (scheme.at === 'body') return 'its claims'
  return Object.entries(scheme.claims)
    .map(([claim, value]) => `${code(claim)} = ${code(value)}`)
    .join(', ')
}

function howOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return scheme.basic ? 'user and password (Basic)' : 'the secret itself'
  const published = scheme.key.form === 'fetched' ? ', published key' : ''
  if (scheme.kind === 'jwt') return `JWT, ${scheme.algorithms.join(', ')}${published}`
  return `${algorithmOf(scheme)}, ${scheme.encoding}${published}`
}

function algorithmOf(scheme: SignatureScheme): string {
  if (scheme.kind === 'ed25519') return 'Ed25519'
  const hash = scheme.hash.toUpperCase().replace('SHA', 'SHA-')
  if (scheme.kind === 'hash') return `${hash} with the secret ${scheme.secretAt === 'start' ? 'before' : 'after'}`
  return `${scheme.kind.toUpperCase()}-${hash}`
}

function limitOf(scheme: Scheme): string {
  if (scheme.kind === 'token') return 'none'
  if (scheme.kind !== 'jwt') return scheme.timestamp === undefined ? 'none' : `${scheme.timestamp.tolerance} s`
  if (scheme.time === undefined) return 'none'
  return scheme.time === 'exp' ? "the token's" : `${scheme.time.iat} s`
}

function namesOf(sources: readonly NameSource[]): string {
  return sources.map((source) => code(typeof source === 'string' ? source : source.join(' + '))).join(', ')
}

if (import.meta.main) process.stdout.write(documentProviders())
