import type { Tables } from '../tables.ts'
import { durably, fixedPlan } from './parts.ts'

/**
 * Claiming and settling. What another replica is about to claim is passed over, not waited for. The plan is fixed: from
 * the front of `deliveries_open`, whatever the statistics of a table that is sometimes empty and sometimes long say.
 */
export function createClaim(t: Tables): string {
  return `
  CREATE FUNCTION ${t.schema}.claim_1(p_destinations integer[], p_limits integer[], p_lease_ms bigint[], p_now bigint)
  RETURNS TABLE (
    place integer, next_due_at bigint, attempt integer, series_start integer, crashes integer, seq bigint, source text,
    type text, external_id text, received_at bigint, body_size integer, duplicates integer, conflict boolean,
    repeated boolean, secret smallint, headers text, body bytea
  )
  LANGUAGE plpgsql ${fixedPlan}
  SET enable_bitmapscan = off SET enable_sort = off AS $body$
  #variable_conflict use_column
  DECLARE
    v_next bigint;
    v_first bigint;
    v_limit integer;
    v_count integer;
  BEGIN
    ${durably}
    FOR v_place IN 1 .. cardinality(p_destinations) LOOP
      CONTINUE WHEN EXISTS (SELECT 1 FROM ${t.destinations} n
        WHERE n.id = p_destinations[v_place] AND (n.paused_at IS NOT NULL OR n.disabled_at IS NOT NULL));
      v_limit := p_limits[v_place];
      FOR v_lane IN 0 .. 1 LOOP
        EXIT WHEN v_limit <= 0;
        RETURN QUERY
        WITH due AS MATERIALIZED (
          SELECT d.seq, d.state, d.due_at FROM ${t.deliveries} d
          WHERE d.destination = p_destinations[v_place] AND d.lane = v_lane AND d.state >= 0 AND d.state < 2
            AND d.due_at <= p_now
          ORDER BY d.due_at, d.seq LIMIT v_limit FOR UPDATE SKIP LOCKED
        ), crashed AS (
          INSERT INTO ${t.attempts} (seq, destination, attempt, started_at, outcome, error)
          SELECT d.seq, d.destination, d.attempt, coalesce(d.started_at, d.due_at), 'crashed', 'ended without an outcome'
          FROM due JOIN ${t.deliveries} d ON d.seq = due.seq AND d.destination = p_destinations[v_place]
          WHERE due.state = 1 AND d.seq = ANY (ARRAY(SELECT due.seq FROM due))
          ON CONFLICT DO NOTHING
        ), leased AS (
          UPDATE ${t.deliveries} d SET state = 1, attempt = d.attempt + 1,
            crashes = d.crashes + CASE WHEN due.state = 1 THEN 1 ELSE 0 END,
            due_at = p_now + p_lease_ms[v_place], started_at = p_now
          FROM due WHERE d.seq = ANY (ARRAY(SELECT due.seq FROM due)) AND d.seq = due.seq AND d.destination = p_destinations[v_place]
          RETURNING d.seq, d.attempt, d.series_start, d.crashes, due.due_at AS was_due_at
        )
        SELECT v_place, NULL::bigint, l.attempt, l.series_start, l.crashes, e.seq, e.source, e.type, e.external_id,
          e.received_at, e.body_size, e.duplicates, e.conflict, e.repeated, e.secret, p.headers, p.body
        FROM leased l JOIN ${t.events} e ON e.seq = l.seq LEFT JOIN ${t.payloads} p ON p.seq = e.seq
        WHERE e.seq = ANY (ARRAY(SELECT due.seq FROM due))
        ORDER BY l.was_due_at, l.seq;
        GET DIAGNOSTICS v_count = ROW_COUNT;
        v_limit := v_limit - v_count;
      END LOOP;
      FOR v_lane IN 0 .. 1 LOOP
        SELECT d.due_at INTO v_first FROM ${t.deliveries} d
        WHERE d.destination = p_destinations[v_place] AND d.lane = v_lane AND d.state >= 0 AND d.state < 2
        ORDER BY d.due_at LIMIT 1;
        v_next := least(v_next, v_first);
      END LOOP;
    END LOOP;
    place := 0;
    next_due_at := v_next;
    RETURN NEXT;
  END $body$;

  -- Gives the places of those that were recorded: whose lease is still this attempt's.
  CREATE FUNCTION ${t.schema}.settle_1(
    p_seqs bigint[], p_destinations integer[], p_attempts integer[], p_outcomes text[], p_due bigint[],
    p_statuses integer[], p_errors text[], p_log boolean[], p_started bigint[], p_durations integer[],
    p_headers text[], p_sizes integer[], p_bodies bytea
  ) RETURNS bigint[]
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  DECLARE
    v_ordered boolean;
    v_ords bigint[];
    v_seqs bigint[];
    v_destinations integer[];
  BEGIN
    -- Losing it to a loss of power means attempting again what was attempted before, as at least once allows; the next
    -- commit that waits for the disk makes it durable too.
    PERFORM set_config('synchronous_commit', 'off', true);
    v_ordered := ${t.schema}.lock_keys_of_1(p_seqs, p_destinations);
    SELECT array_agg(l.ord), array_agg(l.seq), array_agg(l.destination) INTO v_ords, v_seqs, v_destinations FROM (
      SELECT i.ord, d.seq, d.destination
      FROM unnest(p_seqs, p_destinations, p_attempts) WITH ORDINALITY AS i (seq, destination, attempt, ord)
      JOIN ${t.deliveries} d ON d.seq = i.seq AND d.destination = i.destination
      WHERE d.seq = ANY (p_seqs) AND d.state + 0 = 1 AND d.attempt = i.attempt
      ORDER BY d.seq, d.destination FOR UPDATE OF d
    ) l;
    IF v_ords IS NULL THEN
      RETURN '{}';
    END IF;

    INSERT INTO ${t.attempts} (seq, destination, attempt, started_at, duration_ms, outcome, status, error, headers, body)
    SELECT d.seq, d.destination, d.attempt, coalesce(i.started, d.started_at, 0), i.duration, i.outcome, i.status,
      i.error, i.headers, CASE WHEN i.size IS NOT NULL THEN substr(p_bodies, i.at, i.size) END
    FROM (
      SELECT *, (sum(coalesce(size, 0)) OVER (ORDER BY ord ROWS UNBOUNDED PRECEDING))::integer - coalesce(size, 0) + 1 AS at
      FROM unnest(p_outcomes, p_statuses, p_errors, p_log, p_started, p_durations, p_headers, p_sizes) WITH ORDINALITY
        AS u (outcome, status, error, log, started, duration, headers, size, ord)
    ) i
    JOIN unnest(v_ords, v_seqs, v_destinations) AS s (ord, seq, destination) ON s.ord = i.ord
    JOIN ${t.deliveries} d ON d.seq = s.seq AND d.destination = s.destination
    WHERE i.log AND d.seq = ANY (v_seqs)
    ON CONFLICT DO NOTHING;

    UPDATE ${t.deliveries} d SET
      state = CASE i.outcome WHEN 'done' THEN 2 WHEN 'dead' THEN 3 ELSE 0 END,
      due_at = i.due,
      series_start = d.series_start + CASE WHEN i.back THEN 1 ELSE 0 END,
      last_status = CASE WHEN i.back THEN d.last_status ELSE i.status END,
      last_error = CASE WHEN i.back THEN coalesce(i.error, d.last_error) ELSE i.error END,
      crashes = CASE WHEN i.back THEN d.crashes ELSE 0 END,
      started_at = CASE WHEN i.back THEN d.started_at ELSE coalesce(i.started, d.started_at) END,
      duration_ms = CASE WHEN i.back THEN d.duration_ms ELSE i.duration END
    FROM (
      SELECT u.*, u.outcome IN ('released', 'deferred') AS back
      FROM unnest(p_outcomes, p_due, p_statuses, p_errors, p_started, p_durations) WITH ORDINALITY
        AS u (outcome, due, status, error, started, duration, ord)
    ) i
    JOIN unnest(v_ords, v_seqs, v_destinations) AS s (ord, seq, destination) ON s.ord = i.ord
    WHERE d.seq = ANY (v_seqs) AND d.seq = s.seq AND d.destination = s.destination;

    -- Of an answer that a later attempt was given too, the beginning will do.
    UPDATE ${t.attempts} a SET body = substr(a.body, 1, 1024)
    FROM unnest(p_seqs, p_destinations, p_attempts, p_outcomes, p_statuses, p_sizes) WITH ORDINALITY
      AS i (seq, destination, attempt, outcome, status, size, ord)
    WHERE i.ord = ANY (v_ords) AND i.outcome <> 'done' AND i.size IS NOT NULL
      AND a.seq = ANY (v_seqs) AND a.seq = i.seq AND a.destination = i.destination AND a.attempt < i.attempt AND a.status = i.status
      AND octet_length(a.body) > 1024;

    IF v_ordered THEN
      PERFORM ${t.schema}.advance_1(v_seqs, v_destinations);
    END IF;
    RETURN v_ords;
  END $body$;
  `
}
