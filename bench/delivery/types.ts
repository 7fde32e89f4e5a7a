/** What the process that delivers is told. */
export interface DeliverySpec {
  readonly engine: 'undici' | 'posthorn'
  /** Destinations that answer; every event goes to each of them. */
  readonly urls: readonly string[]
  /** Destinations that take requests and never answer; every event is for each of them too. */
  readonly hanging: readonly string[]
  /** Requests under way at once, per destination. */
  readonly concurrency: number
  /** How many are measured, after a quarter as many that are not. */
  readonly deliveries: number
  readonly bodySize: number
  /** One log line per attempt. */
  readonly log: boolean
  readonly dataDir: string
}

export interface DeliveryReport {
  readonly perSecond: number
  /** Microseconds per delivery: of all threads, and of the event loop's. */
  readonly cpu: number
  readonly mainThreadCpu: number
}
