export interface ReplicaOptions {
  /** How many gateways share the database, one after the other. */
  readonly replicas: readonly number[]
  readonly rounds: number
  /** Of each measured window. */
  readonly seconds: number
  /** Keep-alive connections of all generators together. */
  readonly connections: number
  /** How many wait, for measuring how they are handed on. */
  readonly deliveries: number
  readonly ids: readonly number[]
  readonly soakSeconds: number
  /** Events per second, each of them delivered. */
  readonly soakRate: number
}
