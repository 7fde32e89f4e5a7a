import { secretVariable } from '../../config/secret-variable.ts'
import type { Scheme } from '../../providers/types.ts'
import type { Plan } from '../../sending/compose.ts'
import type { Result } from '../../sending/judge.ts'
import type { Sent } from '../../sending/run.ts'
import { signsUrl } from '../../verification/scheme.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Output, plain, table } from '../output.ts'
import { faultMeanings } from './options.ts'

/** More lines than this say less than a summary. */
const maxLines = 20

/** Prints what became of a plan, and gives the exit code for it. */
export function report(output: Output, plan: Plan, scheme: Scheme | null, sent: readonly Sent[]): ExitCode {
  const results = sent.flatMap((one) => one.results)
  const problems = [
    ...new Set(sent.flatMap((one) => [...one.results.map(({ problem }) => problem), one.problem])),
  ].filter((problem) => problem !== null)
  const ok = problems.length === 0
  const hints = ok ? notesOn(plan, sent) : hintsFor(plan, scheme, results)
  output.document(documentOf(plan, scheme, sent, ok, problems, hints))

  printRequests(output, sent)
  if (results.length > 1) printSummary(output, results)
  output.line(
    ok ? output.style('green', `✓ ${successOf(plan, sent)}`) : output.style('red', `✗ ${problems.join('; ')}`),
  )
  for (const hint of hints) output.line(output.style('dim', `  ${hint}`))
  if (ok) return exitCodes.ok
  return results.every(({ status }) => status === null) ? exitCodes.unreachable : exitCodes.unexpected
}

/** What is about to be sent, in one line. */
export function printHead(output: Output, plan: Plan, scheme: Scheme | null): void {
  const how = scheme === null ? 'unsigned' : `signed as ${plan.provider.title} does (${scheme.name})`
  const fault = plan.fault === null ? '' : `\n${plan.fault}: ${faultMeanings[plan.fault]}`
  output.line(`${output.style('bold', `POST ${shownUrl(plan.url)}`)}  ${how}${fault}`)
}

/** A URL may hold credentials. */
function shownUrl({ origin, pathname, search }: URL): string {
  return plain(origin + pathname + search)
}

function printRequests(output: Output, sent: readonly Sent[]): void {
  const rows = sent.flatMap(({ composed: { identity }, results }) => results.map((result) => ({ identity, result })))
  const shown = rows.length <= maxLines ? rows : rows.filter(({ result }) => !result.ok).slice(0, maxLines)
  const cells = shown.map(({ identity, result }) => [
    result.ok ? output.style('green', String(result.status)) : output.style('red', String(result.status ?? 'failed')),
    `${result.ms} ms`,
    plain(identity.type, 60),
    identity.externalId === null ? 'no id' : plain(identity.externalId, 60),
    becameOf(result),
  ])
  for (const line of table(cells, '  ')) output.line(line)
}

function becameOf({ id, duplicate, answer, status }: Result): string {
  if (duplicate === true) return `duplicate of ${id ?? 'an earlier one'}`
  if (duplicate === false) return `stored as ${id ?? 'an event'}`
  return status === null ? '' : plain(answer, 100)
}

function printSummary(output: Output, results: readonly Result[]): void {
  const statuses = new Map<string, number>()
  for (const { status, duplicate } of results) {
    const name = `${status ?? 'no answer'}${duplicate ? ' duplicate' : ''}`
    statuses.set(name, (statuses.get(name) ?? 0) + 1)
  }
  const sorted = results.map(({ ms }) => ms).sort((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  const counted = [...statuses].map(([name, count]) => `${count} × ${name}`).join(', ')
  output.line(`  ${results.length} requests: ${counted}; half within ${at(0.5)} ms, slowest ${at(1)} ms`)
}

function successOf({ fault }: Plan, sent: readonly Sent[]): string {
  if (fault === 'stale' || fault === 'future') return 'rejected as expired, as it must be'
  if (fault === 'wrong-secret' || fault === 'mutated-body' || fault === 'no-signature') return 'rejected, as it must be'
  const results = sent.flatMap((one) => one.results)
  const duplicates = results.filter(({ duplicate }) => duplicate).length
  if (duplicates === 0) return 'accepted, as it must be'
  return `${results.length - duplicates} accepted, ${duplicates} recognised as duplicates, as it must be`
}

/** What a success does not show. */
function notesOn({ provider, fault }: Plan, sent: readonly Sent[]): readonly string[] {
  const repeats = fault === 'duplicate' || fault === 'concurrent-duplicates'
  const notes: string[] = []
  if (repeats && sent.some(({ composed }) => composed.keys.length === 0)) {
    notes.push(
      `${provider.title} gives its events no id and signs no time: nothing tells a repetition from a new event.`,
    )
  } else if (repeats && sent.some(({ results }) => results.some(({ duplicate }) => duplicate === null))) {
    notes.push('The answers do not say which were duplicates: look in the log of the receiver.')
  }
  return notes
}

function hintsFor(
  { provider, source, publicUrl, url, secret }: Plan,
  scheme: Scheme | null,
  results: readonly Result[],
): readonly string[] {
  const variable = secretVariable(source)
  const wanted = results.filter(({ ok }) => !ok)
  const hints: string[] = []
  if (wanted.some(({ status, expected }) => status === 401 && expected !== 'rejected' && expected !== 'expired')) {
    if (secret === null) hints.push('The receiver wants a signature: leave out --unsigned and give the secret.')
    else if (scheme !== null && signsUrl(scheme)) {
      hints.push(
        `${provider.title} signs the URL: the gateway must be started with PUBLIC_URL=${publicUrl} (or give --public-url).`,
      )
    }
    if (secret !== null)
      hints.push(
        `Has the gateway the same secret in ${variable}? Its console and "posthorn rejections" say what was wrong.`,
      )
  }
  if (
    wanted.some(
      ({ status, expected }) => status !== null && status < 300 && (expected === 'rejected' || expected === 'expired'),
    )
  ) {
    hints.push(
      `The receiver did not check it: is ${variable} set there? A gateway without any secret takes everything.`,
    )
  }
  if (wanted.some(({ status }) => status === 404 || status === 405)) {
    hints.push(
      `Is ${shownUrl(url)} the right path? The gateway's is /webhook/${source === 'generic' ? '<event>' : source}.`,
    )
  }
  if (wanted.some(({ status }) => status === 413)) hints.push('The body is larger than BODY_LIMIT of the gateway.')
  if (wanted.some(({ status }) => status === 503))
    hints.push('The gateway cannot store now: see its log, then try again.')
  return hints
}

function documentOf(
  { provider, source, url, fault }: Plan,
  scheme: Scheme | null,
  sent: readonly Sent[],
  ok: boolean,
  problems: readonly string[],
  hints: readonly string[],
) {
  return {
    ok,
    provider: provider.name,
    source,
    url: url.origin + url.pathname + url.search,
    scheme: scheme?.name ?? null,
    fault,
    problems,
    hints,
    events: sent.map(({ composed, results, problem }) => ({
      type: composed.identity.type,
      externalId: composed.identity.externalId,
      problem,
      requests: results,
    })),
  }
}
