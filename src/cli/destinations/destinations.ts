import { setTimeout as pause } from 'node:timers/promises'
import { Type } from '@sinclair/typebox'
import type { DestinationAction } from '../../operator/operator.ts'
import { Destination, type DestinationView } from '../../operator/schemas.ts'
import type { Client } from '../api/client.ts'
import type { GatewayOptions } from '../api/gateway.ts'
import { RefusedError } from '../api/refusal.ts'
import { withClient } from '../api/with-client.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output, plain, table } from '../output.ts'
import { countText } from '../show/quantity.ts'
import { relative, span } from '../show/time.ts'

export interface DestinationOptions extends GatewayOptions {
  readonly json?: true
}

const Destinations = Type.Object({ destinations: Type.Array(Destination) })
const colours = { active: 'green', failing: 'yellow', throttled: 'yellow', paused: 'yellow', disabled: 'red' } as const

export function listDestinations(io: Io, options: DestinationOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    const { destinations } = await client.get('/destinations', Destinations)
    output.document(destinations)
    if (destinations.length === 0) {
      output.notice(
        'events go nowhere. Give the gateway FORWARD_URL, a handler or a configuration file: docs/delivery.md',
      )
      return exitCodes.ok
    }
    const heading = ['NAME', 'STATE', 'PENDING', 'LEASED', 'DEAD', 'OLDEST DUE', ''].map((text) =>
      output.style('bold', text),
    )
    for (const line of table([heading, ...destinations.map((one) => cells(output, one, io.now()))])) output.line(line)
    return exitCodes.ok
  })
}

/** How long a try is waited for: longer than an attempt takes, unless a destination has more time than usual. */
const patienceMs = 20_000
const pollMs = 250

export function changeDestination(
  io: Io,
  name: string,
  action: DestinationAction,
  options: DestinationOptions,
): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  return withClient(io, options, async (client) => {
    try {
      const answer = await client.post(`/destinations/${encodeURIComponent(name)}/${action}`, Destination, {})
      const changed = action === 'try' ? await outcomeOf(io, client, answer) : answer
      output.document(changed)
      for (const line of table([cells(output, changed, io.now())])) output.line(line)
      return action === 'try' && isLeftAlone(changed) ? exitCodes.unexpected : exitCodes.ok
    } catch (error) {
      if (!(error instanceof RefusedError) || error.status !== 404) throw error
      const { destinations } = await client.get('/destinations', Destinations)
      throw new CliError(
        error.message,
        `There are: ${destinations.map((one) => plain(one.name)).join(', ') || 'none'}.`,
        exitCodes.unexpected,
      )
    }
  })
}

/** What a try came to, as far as that is known soon. */
async function outcomeOf(io: Io, client: Client, asked: DestinationView): Promise<DestinationView> {
  const until = io.now() + patienceMs
  let seen = asked
  while (isBeingTried(seen) && seen.pending + seen.leased > 0 && io.now() < until) {
    await pause(pollMs)
    const { destinations } = await client.get('/destinations', Destinations)
    seen = destinations.find(({ name }) => name === asked.name) ?? seen
  }
  return seen
}

function isLeftAlone({ state }: DestinationView): boolean {
  return state === 'failing' || state === 'throttled'
}

function isBeingTried(destination: DestinationView): boolean {
  return isLeftAlone(destination) && destination.since === null
}

function cells(output: Output, destination: DestinationView, now: number): readonly string[] {
  const { name, state, configured, reason, since, pending, retrying, leased, dead, oldestDueAt, ageSeconds } =
    destination
  const notes = [
    isBeingTried(destination) ? 'tried with what is due next' : '',
    since === null ? '' : `${isLeftAlone(destination) ? 'tried again' : 'since'} ${relative(since, now)}`,
    reason === null ? '' : plain(reason),
    configured
      ? ''
      : 'in no setting any more: move or discard what waits ("posthorn replay --destination … --to … --move")',
  ]
  return [
    plain(name),
    output.style(colours[state], state),
    countText(pending) + (retrying > 0 ? ` (${countText(retrying)} retrying)` : ''),
    countText(leased),
    dead > 0 ? output.style('red', countText(dead)) : '0',
    oldestDueAt === null || pending === 0
      ? ''
      : ageSeconds > 0
        ? `${span(ageSeconds * 1_000)} ago`
        : relative(oldestDueAt, now),
    notes.filter((note) => note !== '').join('; '),
  ]
}
