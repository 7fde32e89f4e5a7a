/** A request that cannot be made as it was asked for; in the words of the command's flags, and without the secret. */
export class SendingError extends Error {
  override readonly name = 'SendingError'
  /** What to do instead, in a sentence. */
  readonly advice: string | null

  constructor(message: string, advice: string | null = null) {
    super(message)
    this.advice = advice
  }
}
