import { createStandardWebhooksSigner, type StandardWebhooksSigner } from '../../verification/sign.ts'
import { selectionOf } from '../api/selection.ts'
import { newestId } from '../api/watch.ts'
import { withClient } from '../api/with-client.ts'
import { environmentOf } from '../environment.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import { type Io, isTerminal } from '../io.ts'
import { createOutput, type Output } from '../output.ts'
import { readInput } from '../read-input.ts'
import { counted } from '../show/quantity.ts'
import { isTaken } from './answer-text.ts'
import { type Cursor, createPlace, openCursor } from './cursor.ts'
import { filterOf } from './event-filter.ts'
import { createForwarder } from './forward.ts'
import { createLinePrinter } from './lines.ts'
import type { ListenOptions } from './options.ts'
import { createSession, type Row } from './session.ts'

/** How often the place is kept while events come, in milliseconds. */
const keepMs = 1_000

/** Does what one `posthorn listen` asks for, until it is told to end. Throws `CliError`. */
export async function listen(io: Io, options: ListenOptions): Promise<ExitCode> {
  const { forwardTo: target, concurrency, retry, timeout, header = [] } = options
  const output = createOutput(io, options.json === true)
  const selection = selectionOf(options)
  const filter = options.filter === undefined ? null : await filterOf(io, options.filter)
  const sign = await signerOf(io, options)
  return withClient(io, options, async (client) => {
    assertApart(client.gateway.url, target)
    const cursor = openCursor(io, client.gateway.url, target, options.cursor)
    const after = options.since ?? (options.resume ? resumed(cursor, output) : null) ?? (await newestId(client))
    const place = createPlace(after)
    const ending = new AbortController()
    const takeBack = io.onInterrupt(() => ending.abort())
    const forwarder = createForwarder({
      target,
      sign,
      added: Object.fromEntries(header),
      timeoutMs: timeout * 1_000,
      now: io.now,
      signal: ending.signal,
    })
    const tally = createTally()
    let show = (_: Row | null): void => {}
    const session = createSession({
      client,
      forwarder,
      selection,
      filter,
      place,
      after,
      signal: ending.signal,
      concurrency,
      retry: retry === true,
      changed(row) {
        tally.count(row)
        show(row)
      },
    })
    const keep = keeper(cursor, place.reached)
    // Before anything is sent: a folder that cannot be written is told at once.
    keep()
    const keeping = setInterval(() => {
      try {
        keep()
      } catch {
        // Tried again, and told at the end.
      }
    }, keepMs)
    const live = isTerminal(io.stdin) && isTerminal(io.stdout) && !options.lines && !options.json
    try {
      if (live) {
        const { openScreen } = await import('./screen/screen.ts')
        const screen = openScreen({ io, output, client, target, session, end: () => ending.abort() })
        show = screen.changed
        // Whatever ends the session, the terminal is as it was before anything is said about it.
        await session.run().finally(screen.close)
      } else {
        show = createLinePrinter(output, session.connection)
        output.notice(`${client.gateway.host} → ${target.host}${target.pathname}: Ctrl-C ends`)
        await session.run()
      }
    } finally {
      ending.abort()
      takeBack()
      clearInterval(keeping)
      await forwarder.close()
      keep()
    }
    output.notice(`${tally.text()} "--resume" goes on from here.`)
    return exitCodes.ok
  })
}

/** Events that come back to the gateway that they are from would go round for ever. */
function assertApart(gateway: string, target: URL): void {
  const { host, hostname, port } = new URL(gateway)
  const local = (name: string) => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1?\]|0\.0\.0\.0)$/i.test(name)
  const same = target.host === host || (local(target.hostname) && local(hostname) && target.port === port)
  if (!same) return
  throw new CliError(
    `--forward-to ${target.host} is the gateway itself`,
    'Give the URL of your own program, such as http://localhost:4000/hooks, and the gateway with --url.',
  )
}

function resumed(cursor: Cursor, output: Output): string | null {
  const after = cursor.read()
  if (after === null) output.notice(`nobody listened as "${cursor.name}" yet: beginning with what comes now`)
  return after
}

/** Writes the place where it has moved. */
function keeper(cursor: Cursor, reached: () => string): () => void {
  let kept: string | null = null
  return () => {
    const now = reached()
    if (now === kept) return
    cursor.write(now)
    kept = now
  }
}

async function signerOf(io: Io, { secretFile, unsigned }: ListenOptions): Promise<StandardWebhooksSigner | null> {
  if (unsigned && secretFile !== undefined) {
    throw new CliError('--unsigned and --secret-file exclude each other', 'Leave one of them out.')
  }
  if (unsigned) return null
  const from = secretFile === undefined ? 'FORWARD_SECRET' : '--secret-file'
  const given =
    secretFile === undefined
      ? environmentOf(io)['FORWARD_SECRET']
      : (await readInput(io, secretFile, '--secret-file')).toString('utf8')
  const secret = given?.trim() ?? ''
  if (secret === '') {
    if (secretFile === undefined) return null
    throw new CliError('--secret-file: is empty')
  }
  try {
    return createStandardWebhooksSigner(secret)
  } catch {
    throw new CliError(
      `${from}: is not whsec_ followed by base64`,
      'Give the FORWARD_SECRET of the gateway, or --unsigned.',
    )
  }
}

/** Counts what was sent, and how much of it was taken. */
function createTally() {
  let sent = 0
  let refused = 0
  return {
    count(row: Row | null) {
      if (row?.state !== 'done') return
      sent++
      if (!isTaken(row)) refused++
    },
    text: () => `${counted(sent, 'request')} sent${refused === 0 ? '' : `, ${refused} of them not taken`}.`,
  }
}
