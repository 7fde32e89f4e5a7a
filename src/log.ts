import { type Logger, pino } from 'pino'
import type { Config } from './config/types.ts'

/** JSON lines for machines, or coloured ones for people, on standard output. */
export async function createLogger({ logLevel, logPretty }: Pick<Config, 'logLevel' | 'logPretty'>): Promise<Logger> {
  const options = { level: logLevel, timestamp: isoTime(), serializers: { err: describeError } }
  if (logPretty) {
    // Loaded where it is wanted: it is not small.
    const { default: pretty } = await import('pino-pretty')
    return pino(options, pretty({ sync: true, ignore: 'pid,hostname,reqId', translateTime: 'HH:MM:ss.l' }))
  }
  // Written beside the event loop, many lines at once, so that logging costs an answer next to nothing and a slow reader
  // of the log never holds one up. What is still in memory is written when the process ends, `kill -9` excepted.
  return pino(options, pino.destination({ dest: 1, sync: false, minLength: 8192, periodicFlush: 100 }))
}

/** ISO 8601 for every line, worked out once per millisecond: many events share one. */
function isoTime(): () => string {
  let at = 0
  let field = ''
  return () => {
    const now = Date.now()
    if (now !== at) {
      at = now
      field = `,"time":"${new Date(now).toISOString()}"`
    }
    return field
  }
}

/** Without the bytes that Node attaches to what it could not read as a request: they are a sender's, signature and all. */
function describeError(error: Error): object {
  const { rawPacket: _, ...described } = pino.stdSerializers.err(error)
  return described
}
