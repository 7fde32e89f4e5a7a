/** A request of the operator's that cannot be served; the message says what to do and is answered as it is. */
export class OperatorError extends Error {
  override readonly name = 'OperatorError'
  readonly statusCode: 400 | 404 | 409 | 429 | 503

  constructor(statusCode: OperatorError['statusCode'], message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

/**
 * @param name of the parameter, for the message
 * @returns Unix milliseconds
 * @throws {OperatorError} 400 when the text is not a time
 */
export function parseTime(name: string, text: string): number {
  // What Date.parse takes beside ISO 8601 depends on the engine.
  const ms = /^\d{4}-\d\d-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(ms)) {
    throw new OperatorError(400, `${name}: give a time such as 2026-01-02T03:04:05Z, or a date such as 2026-01-02`)
  }
  return ms
}

/**
 * @param isOurs whether a list may have given it out
 * @returns the text, as the store takes it
 * @throws {OperatorError} 400 when it is not ours: the store would say that nothing is left
 */
export function parseCursor(text: string, isOurs: (text: string) => boolean): string {
  if (isOurs(text)) return text
  throw new OperatorError(400, 'cursor: give the `next` of the page before as it is, or none for the first page')
}
