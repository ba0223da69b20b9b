CREATE TABLE identity_installation (
  id BIGINT PRIMARY KEY,
  key_check BLOB NOT NULL
);
CREATE TABLE identity_person (
  id {id_key},
  name BLOB NOT NULL,
  number BLOB NOT NULL,
  number_hash TEXT NOT NULL UNIQUE,
  phone BLOB NOT NULL,
  synthetic BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE identity_organisation (
  id {id_key},
  credit_code TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  representative_id BIGINT REFERENCES identity_person (id),
  synthetic BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE TABLE identity_account (
  id {id_key},
  login TEXT NOT NULL UNIQUE,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  person_id BIGINT REFERENCES identity_person (id),
  role TEXT NOT NULL,
  assurance BIGINT NOT NULL,
  password_hash TEXT NOT NULL,
  totp_secret BLOB,
  totp_step BIGINT NOT NULL,
  failures BIGINT NOT NULL,
  locked_until BIGINT NOT NULL,
  disabled_at BIGINT,
  version BIGINT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX identity_account_by_person ON identity_account (person_id);
CREATE TABLE identity_post (
  id {id_key},
  account_id BIGINT NOT NULL REFERENCES identity_account (id),
  body TEXT NOT NULL,
  division TEXT NOT NULL,
  post TEXT NOT NULL,
  UNIQUE (account_id, body, post)
);
CREATE TABLE identity_mandate (
  id {id_key},
  organisation_id BIGINT NOT NULL REFERENCES identity_organisation (id),
  account_id BIGINT NOT NULL REFERENCES identity_account (id),
  kind TEXT NOT NULL,
  items TEXT NOT NULL,
  valid_from_on TEXT NOT NULL,
  valid_until_on TEXT NOT NULL,
  revoked_at BIGINT
);
CREATE INDEX identity_mandate_by_account ON identity_mandate (account_id);
CREATE TABLE identity_session (
  token_hash TEXT PRIMARY KEY,
  account_id BIGINT NOT NULL REFERENCES identity_account (id),
  csrf TEXT NOT NULL,
  acting_for BIGINT REFERENCES identity_organisation (id),
  second_factor BOOLEAN NOT NULL,
  created_at BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX identity_session_by_account ON identity_session (account_id);
