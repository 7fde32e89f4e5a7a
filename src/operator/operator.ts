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
   * Pauses a destination, lets it go on, or enables one that said it was gone.
   * @throws {OperatorError} 404 when there is no such destination, configured or with deliveries
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

export type DestinationAction = 'pause' | 'resume' | 'enable'

export interface OperatorOptions {
  readonly config: Config
  readonly store: Store
  /** Names. */
  readonly destinations: readonly string[]
  readonly dispatcher: Pick<Dispatcher, 'wake' | 'leftAloneUntil'>
  readonly clock: Clock
  readonly log: Log
}

const changes = { pause: { paused: true }, resume: { paused: false }, enable: { disabled: null } } as const

export function createOperator({ config, store, destinations, dispatcher, clock, log }: OperatorOptions): Operator {
  const configured = new Set(destinations)
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
    const leftAloneUntil = dispatcher.leftAloneUntil(name)
    const since = disabledAt ?? pausedAt ?? leftAloneUntil
    return {
      name,
      configured: configured.has(name),
      state:
        disabledAt !== null
          ? 'disabled'
          : pausedAt !== null
            ? 'paused'
            : leftAloneUntil !== null
              ? 'failing'
              : 'active',
      reason: disabledReason,
      since: since === null ? null : isoTime(since),
      pending,
      retrying,
      leased,
      dead,
      oldestDueAt: oldestDueAt === null ? null : isoTime(oldestDueAt),
    }
  }

  async function find(name: string): Promise<DestinationView> {
    const found = (await list()).find((destination) => destination.name === name)
    if (found === undefined) throw new OperatorError(404, `There is no destination ${JSON.stringify(name)}.`)
    return found
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
      await find(name)
      await store.setDestination(name, changes[action], clock.now())
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

function unused(name: string): DestinationStatus {
  return {
    name,
    pausedAt: null,
    disabledAt: null,
    disabledReason: null,
    breaker: null,
    pending: 0,
    retrying: 0,
    leased: 0,
    dead: 0,
    oldestDueAt: null,
  }
}
