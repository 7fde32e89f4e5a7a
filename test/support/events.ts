import type { NewEvent } from '../../src/store/types.ts'

/** A new event with everything filled in. */
export function newEvent(overrides: Partial<NewEvent> = {}): NewEvent {
  return {
    source: 'default',
    type: 'user.created',
    externalId: null,
    dedupKey: null,
    replay: null,
    receivedAt: Date.now(),
    headers: ['Content-Type', 'application/json'],
    body: Buffer.from('{"hello":"world"}'),
    destinations: [],
    ...overrides,
  }
}
