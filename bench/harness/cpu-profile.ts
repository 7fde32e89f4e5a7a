import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** What V8's profiler writes (https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile), in part. */
interface CpuProfile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: CallFrame }[]
  readonly samples: readonly number[]
  /** Microseconds. */
  readonly timeDeltas: readonly number[]
}

interface CallFrame {
  readonly functionName: string
  readonly url: string
  readonly lineNumber: number
}

export interface SelfTime {
  readonly place: string
  readonly microseconds: number
}

export interface ThreadProfile {
  /** Of the file; the main thread's is the first. */
  readonly name: string
  readonly busyMicroseconds: number
  /** Most expensive first. */
  readonly selfTimes: readonly SelfTime[]
}

const idle = '(idle)'

function place({ functionName, url, lineNumber }: CallFrame): string {
  const file = url.split('/').slice(-3).join('/')
  const name = functionName || '(anonymous)'
  return file === '' ? name : `${name} ${file}:${lineNumber + 1}`
}

function summarise(name: string, profile: CpuProfile): ThreadProfile {
  const places = new Map(profile.nodes.map((node) => [node.id, place(node.callFrame)]))
  const times = new Map<string, number>()
  for (const [index, id] of profile.samples.entries()) {
    const key = places.get(id) ?? '(unknown)'
    times.set(key, (times.get(key) ?? 0) + (profile.timeDeltas[index] ?? 0))
  }
  times.delete(idle)
  const selfTimes = [...times]
    .map(([key, microseconds]) => ({ place: key, microseconds }))
    .toSorted((a, b) => b.microseconds - a.microseconds)
  return { name, selfTimes, busyMicroseconds: selfTimes.reduce((sum, each) => sum + each.microseconds, 0) }
}

/** Every profile of a directory, one per thread. */
export function readProfiles(directory: string): readonly ThreadProfile[] {
  return readdirSync(directory)
    .filter((name) => name.endsWith('.cpuprofile'))
    .toSorted()
    .map((name) => {
      const profile: CpuProfile = JSON.parse(readFileSync(join(directory, name), 'utf8'))
      return summarise(name, profile)
    })
}
