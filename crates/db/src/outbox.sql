-- News for others, written in the transaction of the change it tells about.
CREATE TABLE db_outbox (
  id {id_key},
  topic TEXT NOT NULL,
  subject TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  delivered_at BIGINT
);
CREATE INDEX db_outbox_pending ON db_outbox (id) WHERE delivered_at IS NULL;
