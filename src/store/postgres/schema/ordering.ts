import type { Tables } from '../tables.ts'
import { fixedPlan } from './parts.ts'

/**
 * First in, first out by key. Of the unfinished deliveries to one destination with the same key, at most one is pending
 * or leased, the others are blocked. Two transactions that decide about the same key would each miss what the other has
 * not committed, so whoever stores, ends, restarts or discards a delivery with a key takes the key's lock first and keeps
 * it until the commit. Keys are locked in one order, and before any row. Claims need no lock: they take what is pending.
 */
export function createOrdering({ schema, deliveries }: Tables): string {
  return `
  CREATE FUNCTION ${schema}.lock_keys_1(p_destinations integer[], p_hashes uuid[]) RETURNS void
  LANGUAGE plpgsql AS $body$
  BEGIN
    PERFORM pg_advisory_xact_lock(k.key) FROM (
      SELECT DISTINCT hashtextextended(concat('posthorn order ', i.destination, ' ', i.hash), 0) AS key
      FROM unnest(p_destinations, p_hashes) AS i (destination, hash)
      WHERE i.hash IS NOT NULL ORDER BY key OFFSET 0
    ) k;
  END $body$;

  CREATE FUNCTION ${schema}.lock_keys_of_1(p_seqs bigint[], p_destinations integer[]) RETURNS boolean
  LANGUAGE plpgsql AS $body$
  DECLARE
    v_destinations integer[];
    v_hashes uuid[];
  BEGIN
    SELECT array_agg(d.destination), array_agg(d.order_hash) INTO v_destinations, v_hashes
    FROM unnest(p_seqs, p_destinations) AS i (seq, destination)
    JOIN ${deliveries} d ON d.seq = i.seq AND d.destination = i.destination
    WHERE d.order_hash IS NOT NULL AND d.seq = ANY (p_seqs);
    IF v_hashes IS NULL THEN
      RETURN false;
    END IF;
    PERFORM ${schema}.lock_keys_1(v_destinations, v_hashes);
    RETURN true;
  END $body$;

  -- Lets the oldest unfinished delivery of each key go on, unless an attempt at one of them is under way.
  CREATE FUNCTION ${schema}.advance_1(p_seqs bigint[], p_destinations integer[]) RETURNS void
  LANGUAGE plpgsql ${fixedPlan} AS $body$
  DECLARE
    v record;
    v_blocked bigint;
    v_head bigint;
  BEGIN
    FOR v IN
      SELECT DISTINCT d.destination, d.order_hash
      FROM unnest(p_seqs, p_destinations) AS i (seq, destination)
      JOIN ${deliveries} d ON d.seq = i.seq AND d.destination = i.destination
      WHERE d.order_hash IS NOT NULL AND d.seq = ANY (p_seqs)
    LOOP
      SELECT min(seq) INTO v_blocked FROM ${deliveries}
      WHERE destination = v.destination AND order_hash = v.order_hash AND state < 2 AND state = -1;
      CONTINUE WHEN v_blocked IS NULL;
      CONTINUE WHEN EXISTS (SELECT 1 FROM ${deliveries}
        WHERE destination = v.destination AND order_hash = v.order_hash AND state < 2 AND state = 1);
      SELECT min(seq) INTO v_head FROM ${deliveries}
      WHERE destination = v.destination AND order_hash = v.order_hash AND state < 2 AND state = 0;
      CONTINUE WHEN v_head < v_blocked;
      IF v_head IS NOT NULL THEN
        -- A replay put an older one behind a newer one that has not begun. If that one is claimed meanwhile, it goes on.
        UPDATE ${deliveries} SET state = -1 WHERE seq = v_head AND destination = v.destination AND state + 0 = 0;
        CONTINUE WHEN NOT FOUND;
      END IF;
      UPDATE ${deliveries} SET state = 0 WHERE seq = v_blocked AND destination = v.destination AND state + 0 = -1;
    END LOOP;
  END $body$;
  `
}
