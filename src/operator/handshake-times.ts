/** When a sender last registered or tested its URL, since the start. */
export interface HandshakeTimes {
  /** @param at Unix milliseconds */
  note(source: string, at: number, answered: boolean): void
  of(source: string): HandshakeTime | null
}

export interface HandshakeTime {
  readonly at: number
  /** False: it was refused, as one with a wrong verify token. */
  readonly answered: boolean
}

export function createHandshakeTimes(): HandshakeTimes {
  const times = new Map<string, HandshakeTime>()
  return {
    note(source, at, answered) {
      times.set(source, { at, answered })
    },
    of: (source) => times.get(source) ?? null,
  }
}
