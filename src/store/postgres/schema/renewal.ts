import type { Tables } from '../tables.ts'
import { durably, fixedPlan } from './parts.ts'

/**
 * Starting deliveries anew and discarding them. Both take pairs of sequence number and destination, and the state in
 * which they were found (null: whichever it is): what changed since is left as it is.
 */
export function createRenewal(t: Tables): string {
  const found = `FROM unnest(p_seqs, p_destinations) AS i (seq, destination)
      JOIN ${t.deliveries} d ON d.seq = i.seq AND d.destination = i.destination
      WHERE d.seq = ANY (p_seqs) AND (p_state IS NULL OR d.state = p_state)`
  return `
  -- A new series for those that are not leased and whose payload is there. In bulk (lane 1), those that wait for the
  -- first attempt of a series are left alone.
  CREATE FUNCTION ${t.schema}.restart_1(
    p_seqs bigint[], p_destinations integer[], p_state smallint, p_now bigint, p_lane smallint
  ) RETURNS TABLE (seq bigint, destination integer)
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v_ordered boolean;
    v_seqs bigint[];
    v_destinations integer[];
  BEGIN
    v_ordered := ${t.schema}.lock_keys_of_1(p_seqs, p_destinations);
    -- Pruning locks a payload before it looks whether anything waits for it.
    PERFORM 1 FROM ${t.payloads} p WHERE p.seq = ANY (p_seqs) ORDER BY p.seq FOR KEY SHARE;
    SELECT array_agg(l.seq), array_agg(l.destination) INTO v_seqs, v_destinations FROM (
      SELECT d.seq, d.destination ${found}
        AND (d.state <> 1 OR d.due_at <= p_now)
        AND (p_lane = 0 OR NOT (d.state IN (-1, 0) AND d.attempt = d.series_start))
        AND EXISTS (SELECT 1 FROM ${t.payloads} p WHERE p.seq = d.seq)
      ORDER BY d.seq, d.destination FOR UPDATE OF d
    ) l;
    -- The row stood for a delivered attempt, and is needed for the next one.
    INSERT INTO ${t.attempts} (seq, destination, attempt, started_at, duration_ms, outcome, status)
    SELECT d.seq, d.destination, d.attempt, d.started_at, d.duration_ms, 'done', d.last_status
    FROM unnest(v_seqs, v_destinations) AS i (seq, destination)
    JOIN ${t.deliveries} d ON d.seq = i.seq AND d.destination = i.destination
    WHERE d.seq = ANY (v_seqs) AND d.state + 0 = 2 AND d.started_at IS NOT NULL
    ON CONFLICT DO NOTHING;
    -- What has an ordering key stands in line first.
    UPDATE ${t.deliveries} d SET state = CASE WHEN d.order_hash IS NULL THEN 0 ELSE -1 END,
      series_start = d.attempt, crashes = 0, due_at = p_now, lane = p_lane
    FROM unnest(v_seqs, v_destinations) AS i (seq, destination)
    WHERE d.seq = ANY (v_seqs) AND d.seq = i.seq AND d.destination = i.destination;
    IF v_ordered THEN
      PERFORM ${t.schema}.advance_1(v_seqs, v_destinations);
    END IF;
    RETURN QUERY SELECT i.seq, i.destination FROM unnest(v_seqs, v_destinations) AS i (seq, destination);
  END $body$;

  -- Those that wait or are dead.
  CREATE FUNCTION ${t.schema}.discard_1(p_seqs bigint[], p_destinations integer[], p_state smallint, p_now bigint)
  RETURNS TABLE (seq bigint, destination integer)
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v_ordered boolean;
    v_seqs bigint[];
    v_destinations integer[];
  BEGIN
    v_ordered := ${t.schema}.lock_keys_of_1(p_seqs, p_destinations);
    SELECT array_agg(l.seq), array_agg(l.destination) INTO v_seqs, v_destinations FROM (
      SELECT d.seq, d.destination ${found}
        AND (d.state IN (-1, 0, 3) OR (d.state = 1 AND d.due_at <= p_now))
      ORDER BY d.seq, d.destination FOR UPDATE OF d
    ) l;
    UPDATE ${t.deliveries} d SET state = 4, due_at = p_now
    FROM unnest(v_seqs, v_destinations) AS i (seq, destination)
    WHERE d.seq = ANY (v_seqs) AND d.seq = i.seq AND d.destination = i.destination;
    IF v_ordered THEN
      PERFORM ${t.schema}.advance_1(v_seqs, v_destinations);
    END IF;
    RETURN QUERY SELECT i.seq, i.destination FROM unnest(v_seqs, v_destinations) AS i (seq, destination);
  END $body$;

  -- All deliveries of an event that are not discarded, or the one to this destination, made if there is none.
  CREATE FUNCTION ${t.schema}.replay_1(p_seq bigint, p_destination integer, p_now bigint) RETURNS boolean
  LANGUAGE plpgsql AS $body$
  BEGIN
    ${durably}
    -- Kept from pruning until the delivery is there.
    PERFORM 1 FROM ${t.payloads} p WHERE p.seq = p_seq FOR KEY SHARE;
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    IF p_destination IS NULL THEN
      PERFORM ${t.schema}.restart_1(
        array_agg(d.seq ORDER BY d.destination), array_agg(d.destination ORDER BY d.destination), NULL, p_now, 0::smallint)
      FROM ${t.deliveries} d WHERE d.seq = p_seq AND d.state < 4;
      RETURN true;
    END IF;
    INSERT INTO ${t.deliveries} (seq, destination, state, due_at) VALUES (p_seq, p_destination, 0, p_now)
    ON CONFLICT DO NOTHING;
    IF NOT FOUND THEN
      PERFORM ${t.schema}.restart_1(ARRAY[p_seq], ARRAY[p_destination], NULL, p_now, 0::smallint);
    END IF;
    RETURN true;
  END $body$;
  `
}
