/**
 * Within a transaction: its commit waits for stable storage, whatever the server's or the role's default is. `remote_apply`
 * waits for more (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT).
 */
export const durably = `SELECT set_config('synchronous_commit', 'on', true)
  WHERE current_setting('synchronous_commit') NOT IN ('on', 'remote_apply')`
