import type { Tables } from '../tables.ts'
import { fixedPlan } from './parts.ts'

/**
 * Forgetting what is past its retention, some rows at a time, oldest first. One replica at a time does it; the others go
 * on without. Rows are in order of storing: the first that is within its retention ends the pass, while one from the
 * future, stored while a clock was wrong, does not hold up those behind it.
 */
export function createPrune(t: Tables): string {
  // A lock for each of the two: whoever is done with payloads would else end those who still remove them.
  const alone = (what: 'payloads' | 'events') =>
    `IF NOT pg_try_advisory_xact_lock(hashtextextended('posthorn prune ${what} ${t.schema.replaceAll("'", "''")}', 0)) THEN
      RETURN QUERY SELECT 0::bigint, p_after, false;
      RETURN;
    END IF;
    PERFORM set_config('synchronous_commit', 'off', true);`
  return `
  -- What still has work to do keeps its payload, however old it is. Gives how many went, how far it came and whether
  -- there is more.
  CREATE FUNCTION ${t.schema}.prune_payloads_1(
    p_before bigint, p_now bigint, p_after bigint, p_limit integer, p_bytes bigint
  ) RETURNS TABLE (count bigint, last bigint, more boolean)
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v record;
    v_seqs bigint[] := '{}';
    v_read integer := 0;
    v_bytes bigint := 0;
  BEGIN
    ${alone('payloads')}
    count := 0;
    last := p_after;
    more := true;
    FOR v IN
      SELECT p.seq, e.received_at, e.body_size FROM ${t.payloads} p JOIN ${t.events} e ON e.seq = p.seq
      WHERE p.seq > p_after ORDER BY p.seq LIMIT p_limit
    LOOP
      v_read := v_read + 1;
      EXIT WHEN v_bytes >= p_bytes;
      IF v.received_at >= p_before AND v.received_at <= p_now THEN
        more := false;
        EXIT;
      END IF;
      last := v.seq;
      IF v.received_at <= p_now THEN
        v_seqs := v_seqs || v.seq;
        v_bytes := v_bytes + v.body_size;
      END IF;
    END LOOP;
    IF v_read < p_limit AND v_bytes < p_bytes THEN
      more := false;
    END IF;
    -- First locked, then looked at again: a replay that comes meanwhile either is seen here or sees that it is gone.
    v_seqs := ARRAY(SELECT p.seq FROM ${t.payloads} p WHERE p.seq = ANY (v_seqs) ORDER BY p.seq FOR UPDATE SKIP LOCKED);
    v_seqs := ARRAY(SELECT s.seq FROM unnest(v_seqs) AS s (seq)
      WHERE NOT EXISTS (SELECT 1 FROM ${t.deliveries} d WHERE d.seq = s.seq AND d.state < 2));
    DELETE FROM ${t.attempts} a WHERE a.seq = ANY (v_seqs);
    DELETE FROM ${t.payloads} p WHERE p.seq = ANY (v_seqs);
    count := cardinality(v_seqs);
    RETURN NEXT;
  END $body$;

  -- Events whose payload is gone, with their ids.
  CREATE FUNCTION ${t.schema}.prune_events_1(p_before bigint, p_now bigint, p_after bigint, p_limit integer)
  RETURNS TABLE (count bigint, last bigint, more boolean)
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v record;
    v_seqs bigint[] := '{}';
    v_read integer := 0;
  BEGIN
    ${alone('events')}
    count := 0;
    last := p_after;
    more := true;
    FOR v IN
      SELECT e.seq, e.received_at, p.seq IS NOT NULL AS kept FROM ${t.events} e LEFT JOIN ${t.payloads} p ON p.seq = e.seq
      WHERE e.seq > p_after ORDER BY e.seq LIMIT p_limit
    LOOP
      v_read := v_read + 1;
      IF v.received_at >= p_before AND v.received_at <= p_now THEN
        more := false;
        EXIT;
      END IF;
      last := v.seq;
      IF v.received_at <= p_now AND NOT v.kept THEN
        v_seqs := v_seqs || v.seq;
      END IF;
    END LOOP;
    IF v_read < p_limit THEN
      more := false;
    END IF;
    DELETE FROM ${t.deliveries} d WHERE d.seq = ANY (v_seqs);
    DELETE FROM ${t.keys} k USING ${t.events} e
    WHERE e.seq = ANY (v_seqs)
      AND k.key = ANY (ARRAY(SELECT unnest(ARRAY[o.dedup_key, o.replay_key]) FROM ${t.events} o WHERE o.seq = ANY (v_seqs)))
      AND k.key IN (e.dedup_key, e.replay_key) AND k.seq = e.seq;
    DELETE FROM ${t.events} e WHERE e.seq = ANY (v_seqs);
    count := cardinality(v_seqs);
    RETURN NEXT;
  END $body$;
  `
}
