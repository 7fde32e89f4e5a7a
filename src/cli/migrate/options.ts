/** What `posthorn migrate` was told. */
export interface MigrateOptions {
  readonly from?: string
  readonly to?: string
  readonly dryRun?: true
  readonly json?: true
}
