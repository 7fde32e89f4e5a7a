/**
 * The store cannot say that the event is stored: it is full, failing, overloaded or too slow. The sender must try again;
 * if the event did land, that retry is answered as a duplicate.
 */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError'
}

/** The store cannot be opened as configured. The message says what to do. */
export class StoreOpenError extends Error {
  override readonly name = 'StoreOpenError'
}

/** The store is open in another process. `pid` is that one's; null: this system does not say. */
export class StoreInUseError extends StoreOpenError {
  readonly pid: number | null

  constructor(message: string, pid: number | null) {
    super(message)
    this.pid = pid
  }
}
