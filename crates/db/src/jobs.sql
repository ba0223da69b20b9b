-- The durable job queue.
CREATE TABLE db_job (
  id {id_key},
  kind TEXT NOT NULL,
  once_key TEXT UNIQUE,
  payload TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'done', 'dead')),
  run_at BIGINT NOT NULL,
  attempts BIGINT NOT NULL,
  claimed_until BIGINT NOT NULL,
  last_error TEXT,
  ended_at BIGINT
);
CREATE INDEX db_job_due ON db_job (run_at, id) WHERE state = 'waiting';
CREATE INDEX db_job_ended ON db_job (state, ended_at) WHERE state <> 'waiting';

