import type { Tables } from '../tables.ts'
import { durably } from './parts.ts'

/** Whether a commit succeeds now, and would wait for stable storage. */
export function createProbe(t: Tables): string {
  return `
  CREATE FUNCTION ${t.schema}.probe_1(p_replica integer, p_now bigint) RETURNS boolean
  LANGUAGE plpgsql AS $body$
  BEGIN
    ${durably}
    INSERT INTO ${t.probes} (replica, at) VALUES (p_replica, p_now)
    ON CONFLICT (replica) DO UPDATE SET at = excluded.at;
    RETURN current_setting('synchronous_commit') IN ('on', 'remote_apply');
  END $body$;
  `
}
