import { type Io, isTerminal } from '../io.ts'
import { countText } from './quantity.ts'
import { span } from './time.ts'

/** How far long work is: one line on standard error, on a terminal alone. */
export interface Progress {
  show(done: number): void
  clear(): void
}

const barWidth = 24
const toLineStart = '\r\u001b[K'

/** @param label what is being done, where it is not the only thing */
export function createProgress({ stderr, now }: Io, total: number, label = ''): Progress {
  if (!isTerminal(stderr)) return { show() {}, clear() {} }
  const startedAt = now()
  return {
    show: (done) => void stderr.write(`${toLineStart}${label}${progressLine(done, total, now() - startedAt)}`),
    clear: () => void stderr.write(toLineStart),
  }
}

/** @param elapsedMs since the beginning */
export function progressLine(done: number, total: number, elapsedMs: number): string {
  // More may have come to match since they were counted.
  const all = Math.max(done, total)
  const share = all === 0 ? 1 : done / all
  const filled = Math.floor(share * barWidth)
  const perMs = elapsedMs > 0 ? done / elapsedMs : 0
  const left = perMs > 0 ? `, ${span((all - done) / perMs)} left` : ''
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled)
  return `${bar}  ${countText(done)} of ${countText(all)}  ${Math.floor(share * 100)} %${left}`
}
