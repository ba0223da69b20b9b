CREATE TABLE documents_layout (
  key TEXT NOT NULL,
  version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (key, version)
);
CREATE TABLE documents_document (
  id {id_key},
  kind TEXT NOT NULL,
  number TEXT NOT NULL,
  title TEXT NOT NULL,
  subject_kind TEXT NOT NULL,
  subject_id BIGINT NOT NULL,
  sequence BIGINT NOT NULL,
  case_id BIGINT,
  area TEXT NOT NULL,
  body TEXT NOT NULL,
  owner_kind TEXT NOT NULL,
  owner_id BIGINT NOT NULL,
  layout_key TEXT NOT NULL,
  layout_version BIGINT NOT NULL,
  seal_id BIGINT NOT NULL,
  digest TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  made_at BIGINT NOT NULL,
  content BLOB NOT NULL,
  UNIQUE (subject_kind, subject_id, kind, sequence)
);
CREATE INDEX documents_document_by_case ON documents_document (case_id, id);
CREATE INDEX documents_document_by_digest ON documents_document (digest);
