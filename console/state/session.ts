import { createValue, useValue } from './value.ts'

/** Who looks at the page. */
export interface Session {
  readonly role: 'admin' | 'viewer'
  /** `machine`: nobody had to sign in, because no token is set and this is the machine itself. */
  readonly by: 'token' | 'session' | 'machine'
}

export const session = createValue<Session | null>(null)

const lookOnly = 'You are signed in to look only (VIEWER_TOKEN).'

/** Why the reader may not change anything; null: they may. */
export function useReadOnly(): string | null {
  return useValue(session)?.role === 'viewer' ? lookOnly : null
}

let leaving = false

/** Leads to the login page, and back to where the reader was. */
export function sessionEnded(): void {
  if (leaving) return
  leaving = true
  location.assign(`/console/login?next=${encodeURIComponent(location.pathname + location.search)}`)
}
