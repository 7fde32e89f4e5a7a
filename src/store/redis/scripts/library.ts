import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { deliveryScript } from './deliveries.ts'
import { placesScript } from './places.ts'

/** What is used of the Lua that BullMQ makes and moves its jobs with. */
const used = [
  'addDelayedJob',
  'addJobInTargetList',
  'addJobWithPriority',
  'getOrSetMaxEvents',
  'prepareJobForProcessing',
  'removeJobKeys',
  'storeJob',
]

/**
 * What every script begins with: BullMQ's own functions, as the installed version has them, and the ones that are made of
 * them. So jobs are laid out as that BullMQ expects them.
 * @throws {Error} when BullMQ is not installed, or has no such function any more
 */
export function readLibrary(): string {
  const folder = join(dirname(createRequire(import.meta.url).resolve('bullmq')), 'commands', 'includes')
  const included = new Set<string>()

  function include(name: string): string {
    if (included.has(name)) return ''
    included.add(name)
    const text = readFileSync(join(folder, `${name}.lua`), 'utf8')
    return text.replace(/^[ \t]*--- @include "(?:includes\/)?(\w+)"[ \t]*$/gm, (_, other: string) => include(other))
  }

  return ['local rcall = redis.call', ...used.map(include), placesScript, deliveryScript].join('\n')
}
