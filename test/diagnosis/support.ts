import { loadConfig } from '../../src/config/load.ts'
import { diagnose } from '../../src/diagnosis/diagnose.ts'
import { requestFrom, segmentOf } from '../../src/diagnosis/kept-request.ts'
import type { Diagnosis, Knowledge, Subject } from '../../src/diagnosis/types.ts'
import { tempDir } from '../support/temp-dir.ts'
import type { Broken } from './corpus.ts'

const cwd = tempDir()

/** What a gateway with these settings says of a request. */
export async function explain(broken: Omit<Broken, 'name' | 'expected'>, filedAs = 'mismatch'): Promise<Diagnosis> {
  const { env, method = 'POST', path, headers, body, receivedAt, others = [] } = broken
  const config = loadConfig(env, { cwd })
  const raw = Array.isArray(headers) ? headers : Object.entries(headers).flat()
  const segment = segmentOf(path) || 'in'
  const source = broken.source ?? (config.sources.has(segment) ? segment : 'default')
  const subject: Subject = {
    request: requestFrom(method, path, raw, Buffer.from(body)),
    bodyKept: true,
    bodySize: Buffer.from(body).byteLength,
    receivedAt: receivedAt * 1000,
    remoteAddress: '192.0.2.7',
    segment,
    source,
    filed: { cause: filedAs, detail: null },
  }
  const knowledge: Knowledge = {
    sources: [...config.sources.values(), config.defaultSource],
    defaultSourceOpen: config.defaultSourceOpen,
    publicUrl: config.publicUrl,
    captured: {},
    otherOffsets: others.map((seconds) => ({ source: 'elsewhere', seconds })),
  }
  return diagnose(subject, knowledge, null)
}
