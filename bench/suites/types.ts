/** What a suite measured: every sample for the JSON file, and tables for people. */
export interface SuiteResult {
  readonly title: string
  readonly samples: readonly unknown[]
  /** Markdown. */
  readonly tables: readonly string[]
}
