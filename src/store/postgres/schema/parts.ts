/**
 * Of functions whose statements are to be done in one way only, whatever the statistics of a table say that is empty at
 * one time and long at another: their plans are made once per connection, and never read a whole table.
 */
export const fixedPlan = 'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off'

/**
 * The commit of this transaction waits for stable storage, whatever the server's or the role's default is. `remote_apply`
 * waits for more (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT). Said in the
 * transaction itself: what is set for a session can be lost in a pooler.
 */
export const durably = `IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;`
