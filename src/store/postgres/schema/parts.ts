/**
 * Of functions whose statements are to be done in one way only, whatever the statistics of a table say that is empty at
 * one time and long at another: their plans are made once per connection, and look rows up by an index, one by one. What
 * is joined with what was handed in is also bounded by `= ANY`, or a plan from when the table was empty would go through it;
 * and where a row is looked up by its primary key, its state is written `state + 0`, or a partial index would be gone through.
 */
export const fixedPlan =
  'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off SET jit = off'

/** The same where nothing but what was handed in is joined, which is much at a time. */
export const batchPlan = 'SET plan_cache_mode = force_generic_plan SET enable_seqscan = off SET jit = off'

/**
 * The commit of this transaction waits for stable storage, whatever the server's or the role's default is. `remote_apply`
 * waits for more (https://www.postgresql.org/docs/current/runtime-config-wal.html#GUC-SYNCHRONOUS-COMMIT). Said in the
 * transaction itself: what is set for a session can be lost in a pooler.
 */
export const durably = `IF current_setting('synchronous_commit') NOT IN ('on', 'remote_apply') THEN
      PERFORM set_config('synchronous_commit', 'on', true);
    END IF;`
