import { type Finding, fail, ok, warn } from './findings.ts'

/** Bytes of a file system. */
export interface Space {
  readonly free: number
  readonly size: number
}

const mebibyte = 1024 * 1024

/** Whether there is room for more events. @param retentionDays for how long they are kept */
export function checkSpace({ free, size }: Space, directory: string, retentionDays: number): Finding {
  const left = `${Math.floor(free / mebibyte)} MiB of ${Math.floor(size / mebibyte)}`
  const only = `Only ${left} are free where events are kept (${directory})`
  if (free < Math.min(size * 0.02, 256 * mebibyte)) {
    return fail('disk', `${only}: with none left every event is answered 503; make room now, or enlarge the volume.`)
  }
  if (free < Math.min(size * 0.1, 2048 * mebibyte)) {
    return warn('disk', `${only}: make room, enlarge the volume, or lower EVENT_RETENTION_DAYS (${retentionDays}).`)
  }
  return ok('disk', `${left} are free.`)
}
