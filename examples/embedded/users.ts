/** What this application is about; a real one has a database here. */
export interface User {
  readonly id: string
  readonly name: string
}

export interface Users {
  all(): readonly User[]
  /** Adding one again changes nothing: a handler may be called more than once for an event. */
  add(user: User): void
}

export function createUsers(): Users {
  const known = new Map<string, User>()
  return {
    all: () => [...known.values()],
    add(user) {
      known.set(user.id, user)
    },
  }
}
