import { useEffect, useRef, useState } from 'preact/hooks'
import type { EventView } from '../../src/operator/schemas.ts'
import { plural } from '../text/format.ts'

const everyMs = 5_000

/** What came, in words, but not each of them: a screen reader would never stop. */
export function useAnnouncement(newest: EventView | undefined): {
  readonly said: string
  readonly came: (events: number) => void
} {
  const [said, setSaid] = useState('')
  const unheard = useRef(0)
  const latest = useRef(newest)
  latest.current = newest
  useEffect(() => {
    const timer = setInterval(() => {
      if (unheard.current === 0) return
      const { type = '', source = '' } = latest.current ?? {}
      setSaid(`${plural(unheard.current, 'new event')}, the newest ${type} from ${source}.`)
      unheard.current = 0
    }, everyMs)
    return () => clearInterval(timer)
  }, [])
  const came = (events: number) => {
    unheard.current += events
  }
  return { said, came }
}
