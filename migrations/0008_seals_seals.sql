ALTER TABLE identity_session ADD COLUMN stepped_up_at BIGINT NOT NULL DEFAULT 0;
CREATE TABLE seals_key (
  id {id_key},
  purpose TEXT NOT NULL,
  label TEXT NOT NULL,
  key_index BIGINT NOT NULL,
  public_key BLOB NOT NULL,
  wrapped BLOB NOT NULL,
  created_at BIGINT NOT NULL,
  destroyed_at BIGINT
);
CREATE TABLE seals_authority (
  id {id_key},
  role TEXT NOT NULL UNIQUE,
  key_id BIGINT NOT NULL REFERENCES seals_key (id),
  certificate BLOB NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE seals_anchor (
  id {id_key},
  digest TEXT NOT NULL UNIQUE,
  certificate BLOB NOT NULL,
  note TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE seals_seal (
  id {id_key},
  body TEXT NOT NULL,
  division TEXT NOT NULL,
  body_name TEXT NOT NULL,
  category TEXT NOT NULL,
  title TEXT NOT NULL,
  shape TEXT NOT NULL,
  width_mm BIGINT NOT NULL,
  height_mm BIGINT NOT NULL,
  purpose TEXT NOT NULL,
  state TEXT NOT NULL,
  valid_from_at BIGINT NOT NULL,
  valid_until_at BIGINT NOT NULL,
  ordered_by BIGINT,
  ordered_by_name TEXT NOT NULL,
  ordered_at BIGINT NOT NULL,
  settled_by BIGINT,
  settled_by_name TEXT NOT NULL,
  settled_at BIGINT,
  note TEXT NOT NULL,
  renews BIGINT,
  es_id TEXT UNIQUE,
  key_id BIGINT REFERENCES seals_key (id),
  certificate BLOB,
  serial TEXT NOT NULL,
  der BLOB,
  made_at BIGINT,
  revoked_at BIGINT,
  void_from_at BIGINT,
  version BIGINT NOT NULL
);
CREATE INDEX seals_seal_by_body ON seals_seal (body, id);
CREATE INDEX seals_seal_approved ON seals_seal (id) WHERE state = 'approved';
CREATE INDEX seals_seal_revoked ON seals_seal (revoked_at) WHERE revoked_at IS NOT NULL;
CREATE TABLE seals_kind (
  seal_id BIGINT NOT NULL REFERENCES seals_seal (id),
  body TEXT NOT NULL,
  document_kind TEXT NOT NULL,
  PRIMARY KEY (body, document_kind, seal_id)
);
CREATE INDEX seals_kind_by_seal ON seals_kind (seal_id);
CREATE TABLE seals_keeper (
  seal_id BIGINT NOT NULL REFERENCES seals_seal (id),
  account_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  PRIMARY KEY (seal_id, account_id)
);
CREATE TABLE seals_suspension (
  id {id_key},
  seal_id BIGINT NOT NULL REFERENCES seals_seal (id),
  from_at BIGINT NOT NULL,
  until_at BIGINT
);
CREATE INDEX seals_suspension_by_seal ON seals_suspension (seal_id);
CREATE TABLE seals_authorisation (
  id {id_key},
  seal_id BIGINT NOT NULL REFERENCES seals_seal (id),
  account_id BIGINT NOT NULL,
  account_name TEXT NOT NULL,
  kinds TEXT NOT NULL,
  reason TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  until_at BIGINT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX seals_authorisation_by_seal ON seals_authorisation (seal_id);
CREATE TABLE seals_use (
  id {id_key},
  seal_id BIGINT NOT NULL REFERENCES seals_seal (id),
  at BIGINT NOT NULL,
  account_id BIGINT,
  actor_name TEXT NOT NULL,
  authorisation_id BIGINT,
  document_kind TEXT NOT NULL,
  number TEXT NOT NULL,
  digest TEXT NOT NULL,
  case_id BIGINT,
  reason TEXT NOT NULL
);
CREATE INDEX seals_use_by_seal ON seals_use (seal_id, at);
CREATE TABLE seals_serial (
  division TEXT PRIMARY KEY,
  latest BIGINT NOT NULL
);
CREATE TABLE seals_revocation_list (
  id BIGINT PRIMARY KEY,
  der BLOB NOT NULL,
  issued_at BIGINT NOT NULL
);
