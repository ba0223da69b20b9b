CREATE TABLE journal_event (
  id {id_key},
  at BIGINT NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  on_behalf_of TEXT NOT NULL,
  area TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  kind TEXT NOT NULL,
  detail TEXT NOT NULL
);
CREATE INDEX journal_event_by_subject ON journal_event (subject_kind, subject_id, id);
CREATE TABLE journal_batch (
  id {id_key},
  first_event BIGINT NOT NULL,
  last_event BIGINT NOT NULL,
  events BIGINT NOT NULL,
  manifest BLOB NOT NULL,
  previous TEXT NOT NULL,
  hash TEXT NOT NULL,
  sealed_at BIGINT NOT NULL
);
