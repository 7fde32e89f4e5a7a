import { createValue, useValue } from './value.ts'

const tickMs = 5_000
const now = createValue(Date.now())

setInterval(() => {
  if (!document.hidden) now.set(Date.now())
}, tickMs)
document.addEventListener('visibilitychange', () => now.set(Date.now()))

/** Unix milliseconds, exact enough for "3 min ago". */
export const useNow = (): number => useValue(now)
