/** Posthorn's tables, as they are written in a statement: with their schema, so that no search path matters. */
export interface Tables {
  readonly schema: string
  readonly migrations: string
  readonly kinds: string
  readonly events: string
  readonly payloads: string
  readonly keys: string
  readonly destinations: string
  readonly deliveries: string
  readonly attempts: string
  readonly rejections: string
  readonly eventTallies: string
  readonly deliveryTallies: string
  readonly rejectionTallies: string
  readonly eventHours: string
  readonly deliveryHours: string
  readonly probes: string
  readonly notes: string
}

export function tablesOf(schemaName: string): Tables {
  const schema = quoteName(schemaName)
  return {
    schema,
    migrations: `${schema}.migrations`,
    kinds: `${schema}.kinds`,
    events: `${schema}.events`,
    payloads: `${schema}.payloads`,
    keys: `${schema}.keys`,
    destinations: `${schema}.destinations`,
    deliveries: `${schema}.deliveries`,
    attempts: `${schema}.attempts`,
    rejections: `${schema}.rejections`,
    eventTallies: `${schema}.event_tallies`,
    deliveryTallies: `${schema}.delivery_tallies`,
    rejectionTallies: `${schema}.rejection_tallies`,
    eventHours: `${schema}.event_hours`,
    deliveryHours: `${schema}.delivery_hours`,
    probes: `${schema}.probes`,
    notes: `${schema}.notes`,
  }
}

/** https://www.postgresql.org/docs/current/sql-syntax-lexical.html#SQL-SYNTAX-IDENTIFIERS */
export function quoteName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
