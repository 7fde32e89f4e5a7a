import type { Config } from '../config/types.ts'
import type { Clock } from '../delivery/clock.ts'
import type { Dispatcher } from '../delivery/dispatcher.ts'
import type { Log } from '../delivery/types.ts'
import type { DestinationStatus, Store } from '../store/types.ts'
import { createHandshakeTimes, type HandshakeTimes } from './handshake-times.ts'
import { createJobs, type Jobs } from './jobs.ts'
import { type AnswerTimes, createAnswerTimes } from './latency.ts'
import { createLive, type Live } from './live.ts'
import { OperatorError } from './problem.ts'
import { createReplicas } from './replicas.ts'
import type { DestinationView } from './schemas.ts'
import { createSecretAges, type SecretAges } from './secret-ages.ts'
import { isoTime } from './views.ts'

/** Everything that an operator can see and do, whether by the API, the console or the command line. */
export interface Operator {
  readonly config: Config
  readonly store: Store
  readonly jobs: Jobs
  readonly live: Live
  /** How long senders waited for their answers. */
  readonly answers: AnswerTimes
  readonly handshakes: HandshakeTimes
  readonly secretAges: SecretAges
  /** Unix milliseconds. */
  readonly startedAt: number
  destinations(): Promise<readonly DestinationView[]>
  /**
   * Pauses a destination, lets it go on, enables one that said it was gone, or tries one now that is left alone.
   * @throws {OperatorError} 404 when there is no such destination, configured or with deliveries; 409 when there is nothing to
   *   try, since it is not left alone
   */
  change(destination: string, action: DestinationAction): Promise<DestinationView>
  /** @throws {OperatorError} 404 when the event is unknown or past its retention, or the destination not configured */
  replay(eventId: string, destination?: string): Promise<void>
  /** Whether deliveries to it are made. */
  isConfigured(destination: string): boolean
  /** How many processes are at work on the store; null: it is not shared, or does not say now. */
  replicas(): Promise<number | null>
  /** Goes on with jobs that nobody works on, and looks which secrets are new. */
  begin(): void
  stop(): Promise<void>
}

export type DestinationAction = 'pause' | 'resume' | 'enable' | 'try'

export interface OperatorOptions {
  readonly config: Config
  readonly store: Store
  /** Names. */
  readonly destinations: readonly string[]
  readonly dispatcher: Pick<Dispatcher, 'wake' | 'tryNow' | 'leftAloneUntil' | 'breakerState' | 'isThrottled'>
  readonly clock: Clock
  readonly log: Log
}

const changes = { pause: { paused: true }, resume: { paused: false }, enable: { disabled: null } } as const

export function createOperator({ config, store, destinations, dispatcher, clock, log }: OperatorOptions): Operator {
  const configured = new Set(destinations)
  /** Now, by the clock that due times go by. */
  const storeNow = () => clock.now() + store.clockAhead()
  const jobs = createJobs({ store, clock, log, wake: dispatcher.wake })
  const replicas = createReplicas(store, clock)
  const secretAges = createSecretAges({
    sources: [config.defaultSource, ...config.sources.values()],
    store,
    now: clock.now,
    onFailure: (error) => log.warn({ err: error }, 'how old secrets are is not known: the store did not say'),
  })

  async function list(): Promise<readonly DestinationView[]> {
    const known = new Map((await store.destinations()).map((status) => [status.name, status]))
    const names = [...new Set([...configured, ...known.keys()])]
    return names.map((name) => view(known.get(name) ?? unused(name)))
  }

  function view(status: DestinationStatus): DestinationView {
    const { name, pending, retrying, leased, dead, oldestDueAt, pausedAt, disabledAt, disabledReason } = status
    const since = disabledAt ?? pausedAt ?? dispatcher.leftAloneUntil(name)
    return {
      name,
      configured: configured.has(name),
      state: stateOf(status),
      reason: disabledReason,
      since: since === null ? null : isoTime(since),
      pending,
      retrying,
      leased,
      dead,
      oldestDueAt: oldestDueAt === null ? null : isoTime(oldestDueAt),
      ageSeconds: oldestDueAt === null ? 0 : Math.max(0, Math.floor((storeNow() - oldestDueAt) / 1000)),
    }
  }

  /** What an operator said, or the destination itself, goes before what the breaker found. */
  function stateOf({ name, disabledAt, pausedAt }: DestinationStatus): DestinationView['state'] {
    if (disabledAt !== null) return 'disabled'
    if (pausedAt !== null) return 'paused'
    if ((dispatcher.breakerState(name) ?? 'closed') !== 'closed') return 'failing'
    return dispatcher.isThrottled(name) ? 'throttled' : 'active'
  }

  async function find(name: string): Promise<DestinationView> {
    const found = (await list()).find((destination) => destination.name === name)
    if (found === undefined) throw new OperatorError(404, `There is no destination ${JSON.stringify(name)}.`)
    return found
  }

  /**
   * What waits for a retry keeps its time, but for one where nothing is due: a try that finds nothing to try with would tell
   * nobody anything.
   */
  async function tryNow(destination: DestinationView): Promise<void> {
    const { name, leased, oldestDueAt } = destination
    const reason = untriable(destination)
    if (reason !== null) throw new OperatorError(409, reason)
    if (leased === 0 && oldestDueAt !== null && Date.parse(oldestDueAt) > storeNow()) await bringForward(name)
    dispatcher.tryNow(name)
  }

  /** Starts the oldest that waits for a retry anew. */
  async function bringForward(destination: string): Promise<void> {
    let after: string | null | undefined
    for (let count = 0; count === 0 && after !== null; ) {
      const query = { destination, state: 'retrying', limit: 1, ...(after === undefined ? {} : { after }) } as const
      const step = await store.replayBatch(query, clock.now())
      count = step.count
      after = step.next
    }
  }

  return {
    config,
    store,
    jobs,
    live: createLive(store),
    answers: createAnswerTimes(clock.now),
    handshakes: createHandshakeTimes(),
    secretAges,
    startedAt: clock.now(),
    destinations: list,
    async change(name, action) {
      const found = await find(name)
      if (action === 'try') await tryNow(found)
      else await store.setDestination(name, changes[action], clock.now())
      log.info({ destination: name, action }, 'the operator changed a destination')
      dispatcher.wake()
      return find(name)
    },
    async replay(eventId, destination) {
      if (destination !== undefined && !configured.has(destination)) {
        throw new OperatorError(404, `There is no destination ${JSON.stringify(destination)}.`)
      }
      if (!(await store.replay(eventId, clock.now(), destination))) {
        throw new OperatorError(404, 'There is no such event, or its payload is past its retention.')
      }
      log.info({ eventId, destination }, 'the operator replays an event')
      dispatcher.wake()
    },
    isConfigured: (destination) => configured.has(destination),
    replicas: () => replicas.count().catch(() => null),
    begin() {
      jobs.begin()
      replicas.begin()
      void secretAges.learn()
    },
    async stop() {
      await jobs.stop()
      await replicas.stop()
    },
  }
}

/** Why there is nothing to try, and what to do instead; null: it can be tried. */
function untriable({ name, configured, state }: DestinationView): string | null {
  if (!configured)
    return `${name} is in no setting any more, so nothing is delivered to it: move or discard what waits.`
  if (state === 'disabled') return `${name} is disabled: enable it, and what is due is delivered.`
  if (state === 'paused') return `${name} is paused: resume it, and what is due is delivered.`
  if (state === 'active') {
    return `${name} is not left alone: what is due is delivered already. To try now what waits for a retry, replay it.`
  }
  return null
}

function unused(name: string): DestinationStatus {
  return {
    name,
    pausedAt: null,
    disabledAt: null,
    disabledReason: null,
    pending: 0,
    retrying: 0,
    leased: 0,
    dead: 0,
    oldestDueAt: null,
  }
}
