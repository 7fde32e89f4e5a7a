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
