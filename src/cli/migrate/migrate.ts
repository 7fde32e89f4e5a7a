import { CapturedSecretsError, openCapturedSecrets } from '../../handshakes/captured-secrets.ts'
import { secretsAsNotes } from '../../handshakes/shared-secrets.ts'
import { StoreInUseError, StoreOpenError, StoreUnavailableError } from '../../store/errors.ts'
import { type MovePhase, type MoveReport, move } from '../../store/move/move.ts'
import { MoveRefusedError, type MoveSource } from '../../store/move/types.ts'
import { openImport } from '../../store/postgres/import/import.ts'
import { openExport } from '../../store/sqlite/export.ts'
import { markMoved } from '../../store/sqlite/moved.ts'
import { CliError } from '../errors.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput, type Output } from '../output.ts'
import { createProgress, type Progress } from '../show/progress.ts'
import { counted } from '../show/quantity.ts'
import { span } from '../show/time.ts'
import { type Between, betweenOf } from './between.ts'
import { estimate } from './estimate.ts'
import type { MigrateOptions } from './options.ts'
import { reportDocument, sayReport } from './report.ts'

const lockWaitMs = 1000
const reachWaitMs = 5000
const labels: Readonly<Record<MovePhase, string>> = { resume: 'looking ', copy: 'copying ', verify: 'comparing ' }

/** Does what one `posthorn migrate` asks for. Throws `CliError`. */
export async function migrate(io: Io, options: MigrateOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  const between = betweenOf(io, options)
  const source = openSource(between, options.dryRun === true)
  try {
    if (options.dryRun) return await estimate(output, source, between, reachWaitMs)
    return await moveAll(io, output, source, between)
  } catch (error) {
    throw toCliError(error)
  } finally {
    source.close()
  }
}

function openSource({ dataDir }: Between, countOnly: boolean): MoveSource {
  try {
    const notes = secretsAsNotes(openCapturedSecrets(dataDir))
    return openExport({ dataDir, lockWaitMs, countOnly, notes })
  } catch (error) {
    if (error instanceof CapturedSecretsError) throw new CliError(error.message, null, exitCodes.unexpected)
    if (error instanceof StoreInUseError) {
      const which = error.pid === null ? '' : ` (process ${error.pid})`
      throw new CliError(
        `a gateway is working with ${dataDir}${which}`,
        'Stop it ("systemctl stop posthorn", "docker compose stop posthorn", Ctrl-C) and run this again: what came and was\n' +
          'delivered during the move would be missing.',
        exitCodes.unexpected,
      )
    }
    throw toCliError(error)
  }
}

async function moveAll(io: Io, output: Output, source: MoveSource, between: Between): Promise<ExitCode> {
  const startedAt = io.now()
  const target = await openImport({ address: between.address, schema: between.schema, waitMs: reachWaitMs })
  const stopping = new AbortController()
  const takeBack = io.onInterrupt(() => stopping.abort())
  let shown: { readonly phase: MovePhase; readonly progress: Progress } | null = null
  let report: MoveReport
  try {
    report = await move(source, target, {
      signal: stopping.signal,
      onProgress(phase, events, total) {
        if (shown?.phase !== phase) shown = { phase, progress: createProgress(io, total, labels[phase]) }
        shown.progress.show(events)
      },
    })
  } finally {
    createProgress(io, 0).clear()
    takeBack()
    await target.close()
  }
  const ms = io.now() - startedAt
  const note = report.outcome === 'moved' ? markMoved(between.dataDir, between.label) : null
  output.document({ from: between.dataDir, to: between.label, seconds: ms / 1000, ...reportDocument(source, report) })
  output.line(`${between.dataDir} → ${between.label}: ${counted(source.events, 'event')}, ${span(ms)}`)
  sayReport(output, report, { dataDir: between.dataDir, note })
  return report.outcome === 'moved' ? exitCodes.ok : exitCodes.unexpected
}

function toCliError(error: unknown): unknown {
  if (error instanceof MoveRefusedError) return new CliError(error.message, null, exitCodes.unexpected)
  if (error instanceof StoreOpenError) {
    const isThere = !/not there after/.test(error.message)
    return new CliError(error.message, null, isThere ? exitCodes.unexpected : exitCodes.unreachable)
  }
  if (error instanceof StoreUnavailableError) {
    return new CliError(
      error.message,
      'Run the same command again: it goes on from where it came to.',
      exitCodes.unreachable,
    )
  }
  return error
}
