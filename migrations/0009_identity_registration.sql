CREATE TABLE identity_activation (
  account_id BIGINT PRIMARY KEY REFERENCES identity_account (id),
  token_hash TEXT NOT NULL UNIQUE,
  secret BLOB NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE TABLE identity_claim (
  id {id_key},
  account_id BIGINT NOT NULL REFERENCES identity_account (id),
  credit_code TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  settled_at BIGINT
);
CREATE INDEX identity_claim_by_account ON identity_claim (account_id);
CREATE INDEX identity_mandate_by_organisation ON identity_mandate (organisation_id);
CREATE INDEX identity_organisation_by_representative ON identity_organisation (representative_id);
CREATE TABLE search_miss (
  words TEXT PRIMARY KEY,
  asked BIGINT NOT NULL,
  last_on TEXT NOT NULL
);
