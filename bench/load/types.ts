/** What the load generator is told: one measurement of one server. */
export interface LoadSpec {
  readonly port: number
  /** The server's process, whose CPU time is read at the edges of the measured window. */
  readonly serverPid: number
  /** Further processes that belong to the measurement: their CPU time is no noise. */
  readonly companionPids: readonly number[]
  readonly path: string
  readonly signing: Signing
  readonly secret: string
  /** Bytes of each body. */
  readonly bodySize: number
  readonly connections: number
  /** Saturating load before anything is measured. */
  readonly warmupSeconds: number
  readonly seconds: number
  /** Requests per second sent at fixed times (open loop); null: each connection sends as soon as it was answered. */
  readonly rate: number | null
}

/** `generic`: `X-Webhook-Signature: sha256=<hex of body>`; `timestamped`: `X-HookMesh-Signature: t=…,v1=<hex of t.body>`. */
export type Signing = 'generic' | 'timestamped'

/**
 * Microseconds. In a closed loop from the moment the request was sent; in an open loop from the moment it was due, but for what
 * the generator was late itself (`sendLag`).
 */
export interface Latency {
  readonly p50: number
  readonly p90: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

export interface LoadReport {
  readonly requests: number
  readonly seconds: number
  readonly perSecond: number
  readonly latency: Latency
  /** CPU microseconds of the server process per request, all threads, and the main thread's part of it. */
  readonly cpuPerRequest: number
  readonly mainThreadCpuPerRequest: number
  /** Share of one core that the generator used; near 1 it, and not the server, may be what was measured. */
  readonly generatorCpu: number
  /** Cores that something else used, or the host of a virtual machine withheld: noise. */
  readonly othersCpu: number
  /** Open loop: how late requests went out although a connection was free, 99th percentile, microseconds. */
  readonly sendLag: number
  /** Bytes that the server had written to storage during the window, per request. */
  readonly writtenPerRequest: number
  readonly rssBytes: number
  /** Answers since the first connection, warm-up included. */
  readonly accepted: number
  /** Why the measurement counts for nothing; empty for a valid one. */
  readonly problems: readonly string[]
}

export interface ProbeSpec {
  readonly port: number
  readonly path: string
  readonly intervalMs: number
  readonly seconds: number
}

export interface Probe {
  /** Unix milliseconds, with fractions. */
  readonly dueAt: number
  /** From then to the answer. */
  readonly milliseconds: number
}
