CREATE TABLE identity_registry (
  credit_code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  address TEXT NOT NULL,
  active BOOLEAN NOT NULL,
  leader BLOB NOT NULL,
  leader_hash TEXT NOT NULL,
  source TEXT NOT NULL,
  told_on TEXT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  taken_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX identity_claim_open ON identity_claim (account_id, credit_code) WHERE settled_at IS NULL;
ALTER TABLE identity_mandate ADD COLUMN given_by BIGINT;
ALTER TABLE identity_mandate ADD COLUMN given_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE identity_mandate ADD COLUMN laid_down BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE casework_case ADD COLUMN owed_on TEXT NOT NULL DEFAULT '';
CREATE INDEX casework_case_owing ON casework_case (owed_on) WHERE owed_on <> '';
