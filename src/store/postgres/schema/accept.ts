import type { Tables } from '../tables.ts'
import { batchPlan, durably, fixedPlan } from './parts.ts'

/**
 * Storing a batch of events in one statement: it claims their keys, and stores those whose keys are new with payloads and
 * deliveries. A key that another transaction has inserted but not committed is waited for, so that nothing is called a
 * duplicate of what may yet vanish. What is not among the returned rows was not stored: something is known already.
 *
 * No key occurs twice in one batch. Keys are inserted in order, first all ids and then all signatures, so that two
 * batches with the same keys wait for each other rather than lock each other out.
 *
 * Sequence numbers: `settled.ts` relies on the lock on `events` being taken before the greatest number is read. Within
 * that, each of 64 writers (two for each of 32 replicas) has numbers of its own, so that two who see the same greatest
 * number do not give the same; if ever they do, the primary key tells, and the batch is tried again.
 *
 * Deliveries are due at once by the server's clock too: what a replica takes whose clock is ahead waits for nobody.
 */
export function createAccept(t: Tables): string {
  const known = `ON CONFLICT (key) DO UPDATE SET seq = excluded.seq, received_at = excluded.received_at
        WHERE k.received_at <= excluded.received_at - p_retention RETURNING k.key`
  return `
  -- Its id was new and its signature was not: the id is not to be remembered.
  CREATE FUNCTION ${t.schema}.forget_unused_1(p_base bigint, p_dedup uuid[]) RETURNS void
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  BEGIN
    DELETE FROM ${t.keys} k USING unnest(p_dedup) WITH ORDINALITY AS i (dedup, ord)
    WHERE k.key = ANY (p_dedup) AND k.key = i.dedup AND k.seq = p_base + (i.ord - 1) * 64
      AND NOT EXISTS (SELECT 1 FROM ${t.events} e WHERE e.seq = k.seq);
  END $body$;

  CREATE FUNCTION ${t.schema}.accept_1(
    p_writer integer, p_now bigint, p_retention bigint, p_lock_ms integer,
    p_sources text[], p_types text[], p_kinds integer[], p_external_ids text[], p_dedup uuid[], p_replay uuid[],
    p_flag boolean[], p_received bigint[], p_secrets integer[], p_headers text[], p_sizes integer[], p_bodies bytea,
    p_of integer[], p_destinations integer[], p_hashes uuid[], p_order_keys text[]
  ) RETURNS TABLE (ord bigint, seq bigint, repeated boolean)
  LANGUAGE plpgsql ${batchPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v_base bigint;
    v_server_now bigint;
  BEGIN
    ${durably}
    PERFORM set_config('lock_timeout', p_lock_ms::text, true);
    LOCK TABLE ${t.events} IN ROW EXCLUSIVE MODE;
    IF p_hashes IS NOT NULL THEN
      PERFORM ${t.schema}.lock_keys_1(p_destinations, p_hashes);
    END IF;
    v_server_now := (extract(epoch FROM clock_timestamp()) * 1000)::bigint;
    SELECT greatest(v_server_now - 1704067200000, 0) * 4096 INTO v_base;
    SELECT greatest(v_base, coalesce(max(seq), -1) + 1) INTO v_base FROM ${t.events};
    v_base := (v_base + 63) / 64 * 64 + p_writer;

    RETURN QUERY
    WITH input AS MATERIALIZED (
      SELECT i.*, v_base + (i.ord - 1) * 64 AS seq,
        (sum(i.size) OVER (ORDER BY i.ord ROWS UNBOUNDED PRECEDING))::integer - i.size + 1 AS at
      FROM unnest(p_sources, p_types, p_kinds, p_external_ids, p_dedup, p_replay, p_flag, p_received, p_secrets,
        p_headers, p_sizes)
        WITH ORDINALITY AS i (source, type, kind, external_id, dedup, replay, flag, received, secret, headers, size, ord)
    ), ids AS (
      INSERT INTO ${t.keys} AS k (key, seq, received_at)
      SELECT i.dedup, i.seq, i.received FROM input i WHERE i.dedup IS NOT NULL ORDER BY i.dedup
      ${known}
    ), signatures AS (
      INSERT INTO ${t.keys} AS k (key, seq, received_at)
      SELECT i.replay, i.seq, i.received FROM input i LEFT JOIN ids ON ids.key = i.dedup
      WHERE i.replay IS NOT NULL AND (i.dedup IS NULL OR ids.key IS NOT NULL) ORDER BY i.replay
      ${known}
    ), stored AS MATERIALIZED (
      SELECT i.*, i.replay IS NOT NULL AND signatures.key IS NULL AS repeated
      FROM input i LEFT JOIN ids ON ids.key = i.dedup LEFT JOIN signatures ON signatures.key = i.replay
      WHERE (i.dedup IS NULL OR ids.key IS NOT NULL) AND (i.replay IS NULL OR i.flag OR signatures.key IS NOT NULL)
    ), new_events AS (
      INSERT INTO ${t.events}
        (seq, source, type, kind, external_id, received_at, dedup_key, replay_key, body_size, repeated, secret)
      SELECT s.seq, s.source, s.type, s.kind, s.external_id, s.received, s.dedup, s.replay, s.size, s.repeated, s.secret
      FROM stored s ORDER BY s.ord
    ), new_payloads AS (
      INSERT INTO ${t.payloads} (seq, headers, body)
      SELECT s.seq, s.headers, substr(p_bodies, s.at, s.size) FROM stored s ORDER BY s.ord
    ), new_deliveries AS (
      INSERT INTO ${t.deliveries} (seq, destination, state, due_at, order_hash, order_key)
      SELECT q.seq, q.destination, CASE
          WHEN q.hash IS NULL THEN 0
          WHEN q.place > 1 OR EXISTS (SELECT 1 FROM ${t.deliveries} o
            WHERE o.destination = q.destination AND o.order_hash = q.hash AND o.state < 2) THEN -1
          ELSE 0 END, least(p_now, v_server_now), q.hash, q.key
      FROM (
        SELECT s.seq, d.destination, d.hash, d.key,
          CASE WHEN d.hash IS NULL THEN 1
            ELSE row_number() OVER (PARTITION BY d.destination, d.hash ORDER BY s.seq) END AS place
        FROM stored s JOIN unnest(p_of, p_destinations, p_hashes, p_order_keys) AS d (of, destination, hash, key)
          ON d.of = s.ord
      ) q ORDER BY q.seq
    )
    SELECT s.ord, s.seq, s.repeated FROM stored s;

    IF EXISTS (SELECT 1 FROM unnest(p_dedup, p_replay, p_flag) AS i (dedup, replay, flag)
      WHERE i.dedup IS NOT NULL AND i.replay IS NOT NULL AND NOT i.flag) THEN
      PERFORM ${t.schema}.forget_unused_1(v_base, p_dedup);
    END IF;
  END $body$;

  -- Counts events that are known already, whatever their bytes are, and brings the dead deliveries of the first ones back
  -- to life. What is not among the returned rows is not known any more.
  CREATE FUNCTION ${t.schema}.repeat_1(
    p_now bigint, p_retention bigint, p_lock_ms integer,
    p_dedup uuid[], p_replay uuid[], p_received bigint[], p_sizes integer[], p_digests bytea[]
  ) RETURNS TABLE (ord bigint, seq bigint, conflict boolean, rearmed bigint)
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  #variable_conflict use_column
  DECLARE
    v_ords bigint[];
    v_seqs bigint[];
    v_rearmed bigint[];
  BEGIN
    ${durably}
    PERFORM set_config('lock_timeout', p_lock_ms::text, true);

    SELECT array_agg(f.ord ORDER BY f.ord), array_agg(f.seq ORDER BY f.ord) INTO v_ords, v_seqs FROM (
      SELECT i.ord, coalesce(
        (SELECT k.seq FROM ${t.keys} k WHERE k.key = i.dedup AND k.received_at > i.received - p_retention),
        (SELECT k.seq FROM ${t.keys} k WHERE k.key = i.replay AND k.received_at > i.received - p_retention)) AS seq
      FROM unnest(p_dedup, p_replay, p_received) WITH ORDINALITY AS i (dedup, replay, received, ord)
    ) f CROSS JOIN LATERAL (SELECT FROM ${t.events} e WHERE e.seq = f.seq OFFSET 0) e;

    v_rearmed := ARRAY(SELECT r.seq FROM ${t.schema}.restart_1(
      ARRAY(SELECT d.seq FROM ${t.deliveries} d WHERE d.seq = ANY (v_seqs) AND d.state + 0 = 3 ORDER BY d.seq, d.destination),
      ARRAY(SELECT d.destination FROM ${t.deliveries} d WHERE d.seq = ANY (v_seqs) AND d.state + 0 = 3 ORDER BY d.seq, d.destination),
      3::smallint, p_now, 0::smallint) r);

    PERFORM 1 FROM ${t.events} e WHERE e.seq = ANY (v_seqs) ORDER BY e.seq FOR NO KEY UPDATE;
    RETURN QUERY
    WITH known AS MATERIALIZED (
      SELECT f.ord, f.seq, e.body_size <> i.size OR coalesce(sha256(p.body) <> i.digest, false) AS other,
        row_number() OVER (PARTITION BY f.seq ORDER BY f.ord) AS place
      FROM unnest(v_ords, v_seqs) AS f (ord, seq)
      JOIN unnest(p_sizes, p_digests) WITH ORDINALITY AS i (size, digest, ord) ON i.ord = f.ord
      JOIN ${t.events} e ON e.seq = f.seq
      LEFT JOIN ${t.payloads} p ON p.seq = e.seq AND e.body_size = i.size
      WHERE e.seq = ANY (v_seqs)
    ), counted AS (
      UPDATE ${t.events} e SET duplicates = e.duplicates + n.count, conflict = e.conflict OR n.other
      FROM (SELECT seq, count(*)::integer AS count, bool_or(other) AS other FROM known GROUP BY seq) n
      WHERE e.seq = ANY (v_seqs) AND e.seq = n.seq
    )
    SELECT k.ord, k.seq, k.other,
      CASE WHEN k.place = 1 THEN (SELECT count(*) FROM unnest(v_rearmed) r WHERE r = k.seq) ELSE 0 END
    FROM known k;
  END $body$;
  `
}
