import type { Tables } from '../tables.ts'

/**
 * The tables. Times are Unix milliseconds as everywhere else; `seq` is the sequence number of `event-id.ts`; minutes are
 * counted as there, hours are sixty of them.
 *
 * - `events` is the ledger and the memory of ids, `payloads` what is large and pruned earlier. Both grow at their end.
 *   `kind` numbers the pair of source and type, and has an index: what is listed by either goes through the kinds (there
 *   are few) and reads each kind's newest events. Types past 10,000 share a kind with the type ''.
 *   `secret` is the one that verified it: 1 the current one, 2 the previous one.
 * - `keys` remembers by what an event is recognised (id or signature, both as 16 bytes of their SHA-256) and which event
 *   had it last. It is the unique index that decides between two replicas.
 * - `deliveries` is the queue: what is open is found through `deliveries_open` and nothing else. `state` is written as
 *   in `states.ts`; its partial indexes are for claims, for what is dead or retrying, and for the order by key.
 *   `order_hash` is 16 bytes of the SHA-256 of `order_key`, which may be long.
 * - `attempts`: one row for each, but for delivered ones of which no answer is kept; the delivery's own row stands for
 *   those until a replay needs the room.
 * - `…_tallies` are counts per minute, `…_hours` the same per hour for long plots. Every replica keeps its own in memory
 *   and adds them about once a second (`tallies.ts`); nothing but plots depends on them.
 * - `replicas` numbers the processes that have the store open, 0 to 31, so that the sequence numbers they give differ;
 *   `probes` is where each tries whether a commit succeeds.
 * - `rejections`: bounded by count and bytes, the oldest go first; `bytes` is what a row counts for.
 *
 * What is updated often is vacuumed often: the defaults wait until a fifth of a table has changed, and a queue is slow
 * long before that.
 */
export function createTables(t: Tables): string {
  const busy = `autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 2000,
    autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05, autovacuum_vacuum_cost_delay = 1`
  return `
  CREATE TABLE ${t.kinds} (
    id     integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source text NOT NULL,
    type   text NOT NULL,
    UNIQUE (source, type)
  );

  CREATE TABLE ${t.events} (
    seq         bigint   PRIMARY KEY,
    received_at bigint   NOT NULL,
    kind        integer  NOT NULL,
    body_size   integer  NOT NULL,
    duplicates  integer  NOT NULL DEFAULT 0,
    conflict    boolean  NOT NULL DEFAULT false,
    repeated    boolean  NOT NULL DEFAULT false,
    secret      smallint,
    dedup_key   uuid,
    replay_key  uuid,
    source      text     NOT NULL,
    type        text     NOT NULL,
    external_id text
  ) WITH (${busy});
  CREATE INDEX events_kind ON ${t.events} (kind, seq);

  CREATE TABLE ${t.payloads} (
    seq     bigint PRIMARY KEY,
    headers text   NOT NULL,
    body    bytea  NOT NULL
  ) WITH (${busy});

  CREATE TABLE ${t.keys} (
    key         uuid   PRIMARY KEY,
    seq         bigint NOT NULL,
    received_at bigint NOT NULL
  ) WITH (${busy});

  CREATE TABLE ${t.destinations} (
    id              integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name            text NOT NULL UNIQUE,
    paused_at       bigint,
    disabled_at     bigint,
    disabled_reason text,
    breaker         text
  );

  CREATE TABLE ${t.deliveries} (
    seq          bigint   NOT NULL,
    due_at       bigint   NOT NULL,
    started_at   bigint,
    destination  integer  NOT NULL,
    attempt      integer  NOT NULL DEFAULT 0,
    series_start integer  NOT NULL DEFAULT 0,
    crashes      integer  NOT NULL DEFAULT 0,
    duration_ms  integer,
    last_status  integer,
    state        smallint NOT NULL,
    lane         smallint NOT NULL DEFAULT 0,
    order_hash   uuid,
    order_key    text,
    last_error   text,
    PRIMARY KEY (seq, destination)
  ) WITH (${busy});
  CREATE INDEX deliveries_open ON ${t.deliveries} (destination, lane, due_at, seq) WHERE state >= 0 AND state < 2;
  CREATE INDEX deliveries_dead ON ${t.deliveries} (destination, seq) WHERE state = 3;
  CREATE INDEX deliveries_retrying ON ${t.deliveries} (destination, seq) WHERE state = 0 AND attempt > series_start;
  CREATE INDEX deliveries_ordered ON ${t.deliveries} (destination, order_hash, state, seq)
    WHERE order_hash IS NOT NULL AND state < 2;

  CREATE TABLE ${t.attempts} (
    seq         bigint  NOT NULL,
    started_at  bigint  NOT NULL,
    destination integer NOT NULL,
    attempt     integer NOT NULL,
    duration_ms integer,
    status      integer,
    outcome     text    NOT NULL,
    error       text,
    headers     text,
    body        bytea,
    PRIMARY KEY (seq, destination, attempt)
  ) WITH (${busy});

  CREATE TABLE ${t.rejections} (
    seq            bigint  PRIMARY KEY,
    received_at    bigint  NOT NULL,
    body_size      bigint  NOT NULL,
    bytes          bigint  NOT NULL,
    source         text,
    cause          text    NOT NULL,
    detail         text,
    method         text    NOT NULL,
    url            text    NOT NULL,
    remote_address text,
    headers        text    NOT NULL,
    body           bytea
  ) WITH (${busy});

  CREATE TABLE ${t.eventTallies} (
    kind       integer NOT NULL,
    minute     integer NOT NULL,
    accepted   bigint  NOT NULL,
    duplicates bigint  NOT NULL,
    bytes      bigint  NOT NULL,
    PRIMARY KEY (minute, kind)
  );
  CREATE TABLE ${t.deliveryTallies} (
    destination integer NOT NULL,
    minute      integer NOT NULL,
    done        bigint  NOT NULL,
    retry       bigint  NOT NULL,
    dead        bigint  NOT NULL,
    PRIMARY KEY (minute, destination)
  );
  CREATE TABLE ${t.rejectionTallies} (
    minute integer NOT NULL,
    source text    NOT NULL,
    cause  text    NOT NULL,
    count  bigint  NOT NULL,
    PRIMARY KEY (minute, source, cause)
  );
  COMMENT ON COLUMN ${t.rejectionTallies}.source IS 'empty: no source was found for the request';
  CREATE TABLE ${t.eventHours} (
    hour       integer NOT NULL,
    source     text    NOT NULL,
    accepted   bigint  NOT NULL,
    duplicates bigint  NOT NULL,
    bytes      bigint  NOT NULL,
    PRIMARY KEY (hour, source)
  );
  CREATE TABLE ${t.deliveryHours} (
    hour        integer NOT NULL,
    destination integer NOT NULL,
    done        bigint  NOT NULL,
    retry       bigint  NOT NULL,
    dead        bigint  NOT NULL,
    PRIMARY KEY (hour, destination)
  );

  CREATE TABLE ${t.probes} (replica integer PRIMARY KEY, at bigint NOT NULL);
  CREATE SEQUENCE ${t.schema}.replicas MINVALUE 0 MAXVALUE 31 CYCLE;
  `
}
