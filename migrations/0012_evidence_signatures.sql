CREATE TABLE evidence_signature (
  batch {id_key},
  hash TEXT NOT NULL,
  certificate BLOB NOT NULL,
  value BLOB NOT NULL,
  signed_at BIGINT NOT NULL
);
CREATE INDEX journal_batch_by_last_event ON journal_batch (last_event);
