import { describeError } from './one-line.ts'

/** What is asked of a Redis; ioredis's client fits. */
export interface RedisQuestions {
  config(subcommand: 'GET', name: string): Promise<unknown>
  info(section: string): Promise<string>
}

const REMEDY = 'set appendonly yes and appendfsync always'
const EVICTION = 'maxmemory-policy'

/**
 * What a Redis may lose of the jobs that it has taken, one line for each way; none: it keeps them like a disk.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/persistence/ and …/reference/eviction/
 */
export async function durabilityWarnings(redis: RedisQuestions): Promise<readonly string[]> {
  const settings = await ask(redis)
  const warnings = [persistence(settings), eviction(settings)]
  return warnings.filter((warning) => warning !== null)
}

/** What is not known is left out: managed services often allow no CONFIG, some not even INFO. */
type Known = ReadonlyMap<string, string>

async function ask(redis: RedisQuestions): Promise<Known> {
  const known = new Map<string, string>()
  try {
    for (const name of ['appendonly', 'appendfsync', EVICTION]) {
      const answer = await redis.config('GET', name)
      if (Array.isArray(answer) && typeof answer[1] === 'string') known.set(name, answer[1])
    }
  } catch (error) {
    if (!isRefusal(error)) throw error
    await askInfo(redis, known)
  }
  return known
}

async function askInfo(redis: RedisQuestions, known: Map<string, string>): Promise<void> {
  try {
    const text = `${await redis.info('persistence')}\n${await redis.info('memory')}`
    const aof = /^aof_enabled:(\d)/m.exec(text)?.[1]
    const policy = /^maxmemory_policy:(\S+)/m.exec(text)?.[1]
    if (aof !== undefined) known.set('appendonly', aof === '1' ? 'yes' : 'no')
    if (policy !== undefined) known.set(EVICTION, policy)
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
}

/** The server heard the question and does not answer it. */
function isRefusal(error: unknown): boolean {
  return /^(?:NOPERM|ERR)\b/.test(describeError(error))
}

function persistence(known: Known): string | null {
  const appendonly = known.get('appendonly')
  const appendfsync = known.get('appendfsync')
  if (appendonly === undefined) {
    return `whether it keeps jobs through a crash cannot be asked; make sure that it does: ${REMEDY}`
  }
  if (appendonly !== 'yes') {
    return `it writes no log (appendonly ${appendonly}): a crash loses all jobs since its last snapshot, which count as delivered; ${REMEDY}`
  }
  if (appendfsync === 'always') return null
  if (appendfsync === undefined) {
    return `how often it writes its log to disk cannot be asked; unless appendfsync is always, a crash loses the last jobs`
  }
  const lost = appendfsync === 'everysec' ? 'a second' : 'half a minute'
  return `a crash loses the jobs of up to ${lost} (appendfsync ${appendfsync}), which count as delivered; set appendfsync always`
}

function eviction(known: Known): string | null {
  const policy = known.get(EVICTION)
  if (policy === 'noeviction') return null
  if (policy === undefined) return `${EVICTION} cannot be asked; unless it is noeviction, full memory loses jobs`
  return `${EVICTION} is ${policy}: when its memory is full, it removes what belongs to waiting jobs; set it to noeviction`
}
