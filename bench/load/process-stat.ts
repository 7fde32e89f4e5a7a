import { readFileSync } from 'node:fs'

/** What the kernel has counted for a process so far. */
export interface ProcessStat {
  /** Microseconds of all threads. */
  readonly cpu: number
  /** Microseconds of the thread that runs the event loop. */
  readonly mainThreadCpu: number
  /** Bytes it caused to be written to storage. */
  readonly writtenBytes: number
}

// USER_HZ: the same on every Linux that Node supports, whatever the kernel's own tick is.
const microsecondsPerTick = 10_000

/** utime + stime of a `stat` file; the name before them may contain spaces, hence the last parenthesis. */
function cpuMicroseconds(path: string): number {
  const text = readFileSync(path, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * microsecondsPerTick
}

function field(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1] ?? Number.NaN)
}

/** CPU microseconds of all threads of a process. */
export function readProcessCpu(pid: number): number {
  return cpuMicroseconds(`/proc/${pid}/stat`)
}

/**
 * CPU microseconds of a process, of the children that it has, and of those that it had and waited for: what a server
 * that makes a process per connection has used so far.
 */
export function readTreeCpu(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
  const ended = (Number(fields[13]) + Number(fields[14])) * microsecondsPerTick
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'latin1').trim().split(' ')
  return (
    children.filter((child) => child !== '').reduce((sum, child) => sum + readTreeCpuIfThere(Number(child)), 0) +
    readProcessCpu(pid) +
    ended
  )
}

/** One that ended meanwhile is counted where it was waited for. */
function readTreeCpuIfThere(pid: number): number {
  try {
    return readTreeCpu(pid)
  } catch {
    return 0
  }
}

/** Linux only: reads `/proc`. */
export function readProcessStat(pid: number): ProcessStat {
  return {
    cpu: readProcessCpu(pid),
    mainThreadCpu: cpuMicroseconds(`/proc/${pid}/task/${pid}/stat`),
    writtenBytes: field(readFileSync(`/proc/${pid}/io`, 'latin1'), 'write_bytes'),
  }
}

/** Resident memory in bytes. */
export function readRssBytes(pid: number): number {
  return field(readFileSync(`/proc/${pid}/status`, 'latin1'), 'VmRSS') * 1024
}

/**
 * Microseconds of CPU that everything on the machine has used so far, apart from interrupts; of a virtual machine also
 * what its host withheld.
 */
export function readMachineCpu(): number {
  const line = /^cpu +(.*)/.exec(readFileSync('/proc/stat', 'latin1'))?.[1] ?? ''
  const [user = 0, nice = 0, system = 0, , , , , stolen = 0] = line.split(' ').map(Number)
  return (user + nice + system + stolen) * microsecondsPerTick
}
