ALTER TABLE certs_certificate ADD COLUMN type_code TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN code_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN operation TEXT NOT NULL DEFAULT '01';
ALTER TABLE certs_certificate ADD COLUMN status_text TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN stock BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE certs_certificate ADD COLUMN supersedes TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN superseded_by TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN check_ok BOOLEAN NOT NULL DEFAULT TRUE;
CREATE INDEX certs_certificate_by_code ON certs_certificate (code_hash, id);
CREATE INDEX certs_certificate_by_number ON certs_certificate (number);
CREATE UNIQUE INDEX certs_certificate_once ON certs_certificate (type_key, number, holder_hash) WHERE superseded_by = '' AND stock;
CREATE TABLE certs_operation (
  id {id_key},
  certificate_id BIGINT NOT NULL,
  identifier TEXT NOT NULL,
  operation TEXT NOT NULL,
  act TEXT NOT NULL,
  status TEXT NOT NULL,
  other_identifier TEXT NOT NULL,
  reason TEXT NOT NULL,
  by_name TEXT NOT NULL,
  body TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX certs_operation_by_certificate ON certs_operation (certificate_id, id);
CREATE TABLE certs_use (
  id {id_key},
  certificate_id BIGINT NOT NULL,
  identifier TEXT NOT NULL,
  type_name TEXT NOT NULL,
  way TEXT NOT NULL,
  body TEXT NOT NULL,
  body_name TEXT NOT NULL,
  user_name TEXT NOT NULL,
  app TEXT NOT NULL,
  purpose TEXT NOT NULL,
  case_number TEXT NOT NULL,
  item_code TEXT NOT NULL,
  at BIGINT NOT NULL
);
CREATE INDEX certs_use_by_certificate ON certs_use (certificate_id, id);
CREATE TABLE certs_shown (
  nonce TEXT PRIMARY KEY,
  ends_at BIGINT NOT NULL
);
CREATE INDEX certs_shown_by_end ON certs_shown (ends_at);
CREATE TABLE certs_grant (
  id {id_key},
  certificate_id BIGINT NOT NULL,
  party_kind TEXT NOT NULL,
  party_id BIGINT NOT NULL,
  body TEXT NOT NULL,
  body_name TEXT NOT NULL,
  purpose TEXT NOT NULL,
  valid_until_on TEXT NOT NULL,
  made_at BIGINT NOT NULL,
  used_at BIGINT NOT NULL,
  used_by TEXT NOT NULL,
  revoked_at BIGINT NOT NULL
);
CREATE INDEX certs_grant_by_party ON certs_grant (party_kind, party_id, id);
CREATE INDEX certs_grant_by_body ON certs_grant (body, id);
CREATE TABLE certs_copy (
  id {id_key},
  certificate_id BIGINT NOT NULL,
  maker BLOB NOT NULL,
  purpose TEXT NOT NULL,
  valid_until_on TEXT NOT NULL,
  made_at BIGINT NOT NULL
);
CREATE INDEX certs_copy_by_certificate ON certs_copy (certificate_id, id);
CREATE TABLE certs_import (
  id {id_key},
  body TEXT NOT NULL,
  type_key TEXT NOT NULL,
  file_name TEXT NOT NULL,
  file_digest TEXT NOT NULL,
  by_name TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  state TEXT NOT NULL,
  total BIGINT NOT NULL,
  done BIGINT NOT NULL,
  imported BIGINT NOT NULL,
  repeated BIGINT NOT NULL,
  wrong BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL
);
CREATE INDEX certs_import_by_body ON certs_import (body, id);
CREATE TABLE certs_import_row (
  import_id BIGINT NOT NULL,
  row_number BIGINT NOT NULL,
  cells BLOB NOT NULL,
  state TEXT NOT NULL,
  faults TEXT NOT NULL,
  PRIMARY KEY (import_id, row_number)
);
CREATE INDEX certs_import_row_by_state ON certs_import_row (import_id, state, row_number);
