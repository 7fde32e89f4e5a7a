import { diagnose } from '../../diagnosis/diagnose.ts'
import { requestFrom, segmentOf } from '../../diagnosis/kept-request.ts'
import type { Diagnosis, Subject } from '../../diagnosis/types.ts'
import { needsKeys } from '../../events/source-verifier.ts'
import { createKeyService } from '../../keys/service.ts'
import { type ExitCode, exitCodes } from '../exit-codes.ts'
import type { Io } from '../io.ts'
import { createOutput } from '../output.ts'
import type { ExplainOptions } from './options.ts'
import { readCapture } from './read-capture.ts'
import { report } from './report.ts'
import { settingsFor } from './settings.ts'

/** Why a request would be rejected: one that was saved, or one that a gateway has. */
export async function explain(io: Io, input: string, options: ExplainOptions): Promise<ExitCode> {
  const output = createOutput(io, options.json === true)
  if (/^(?:rej|evt)_[0-9a-z]+$/.test(input)) {
    // Loaded here: a request that was saved needs no network.
    const { explainKept } = await import('./kept.ts')
    return explainKept(io, input, options, output)
  }
  const capture = await readCapture(io, input, options.entry ?? null)
  const { config, source } = await settingsFor(io, capture, options)
  const { method, url, rawHeaders, body, notes } = capture
  const receivedAt = options.received ?? capture.receivedAt
  const subject: Subject = {
    request: requestFrom(method, url, rawHeaders, body),
    bodyKept: true,
    bodySize: body.byteLength,
    receivedAt,
    remoteAddress: null,
    segment: segmentOf(url) || source,
    source,
    filed: null,
  }
  const sources = [...config.sources.values(), config.defaultSource]
  const used = sources.find(({ name }) => name === source)
  const keys = used !== undefined && needsKeys(used) ? await createKeyService() : null
  try {
    const diagnosis = await diagnose(
      subject,
      {
        sources,
        defaultSourceOpen: config.defaultSourceOpen || source !== 'default',
        // What the capture says of where it was sent is as good as a guess.
        publicUrl: config.publicUrl ?? capture.origin,
        captured: {},
        otherOffsets: [],
      },
      keys,
    )
    report(output, {
      diagnosis,
      request: `${method} ${url}`,
      source: `${source} (${used?.provider.title ?? 'unknown'})`,
      bytes: body.byteLength,
      notes: [...notes, ...timeNotes(diagnosis, receivedAt)],
    })
    return diagnosis.cause === 'genuine' ? exitCodes.ok : exitCodes.unexpected
  } finally {
    await keys?.close()
  }
}

function timeNotes({ facts, cause }: Diagnosis, receivedAt: number | null): readonly string[] {
  if (receivedAt !== null || cause !== 'genuine' || !facts.some(({ name }) => name === 'signed at')) return []
  return ['When it came is not known, so its time was not judged: say it with --received.']
}
