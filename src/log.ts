import { type Logger, pino, stdTimeFunctions } from 'pino'
import pretty from 'pino-pretty'
import type { Config } from './config/types.ts'

/** JSON lines for machines, or coloured ones for people, on standard output. */
export function createLogger({ logLevel, logPretty }: Pick<Config, 'logLevel' | 'logPretty'>): Logger {
  const options = { level: logLevel, timestamp: stdTimeFunctions.isoTime }
  if (logPretty) return pino(options, pretty({ sync: true, ignore: 'pid,hostname,reqId', translateTime: 'HH:MM:ss.l' }))
  // Written beside the event loop, so that a slow reader of the log never holds up an answer.
  return pino(options, pino.destination({ dest: 1, sync: false }))
}
