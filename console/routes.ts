import type { ComponentType } from 'preact'
import { DeadLetters } from './pages/dead-letters.ts'
import { Destinations } from './pages/destinations.ts'
import { Event } from './pages/event.ts'
import { Events } from './pages/events.ts'
import { Overview } from './pages/overview.ts'
import { Rejected } from './pages/rejected.ts'
import { Rejection } from './pages/rejection.ts'
import { Send } from './pages/send.ts'
import { Settings } from './pages/settings.ts'
import { Sources } from './pages/sources.ts'

export interface PageProps {
  /** What the path names; empty where it names nothing. */
  readonly id: string
}

export interface Route {
  readonly pattern: RegExp
  readonly page: ComponentType<PageProps>
}

export const routes: readonly Route[] = [
  { pattern: /^\/$/, page: Overview },
  { pattern: /^\/events\/?$/, page: Events },
  { pattern: /^\/events\/([^/]+)$/, page: Event },
  { pattern: /^\/rejected\/?$/, page: Rejected },
  { pattern: /^\/rejected\/([^/]+)$/, page: Rejection },
  { pattern: /^\/dead-letters\/?$/, page: DeadLetters },
  { pattern: /^\/destinations\/?$/, page: Destinations },
  { pattern: /^\/sources\/?$/, page: Sources },
  { pattern: /^\/send\/?$/, page: Send },
  { pattern: /^\/settings\/?$/, page: Settings },
]
