CREATE TABLE casework_case (
  id {case_id},
  area TEXT NOT NULL,
  number TEXT NOT NULL,
  ticket TEXT NOT NULL,
  item_code TEXT NOT NULL,
  item_version BIGINT NOT NULL,
  base_version BIGINT NOT NULL,
  item_name TEXT NOT NULL,
  body TEXT NOT NULL,
  applicant_kind TEXT NOT NULL,
  applicant_id BIGINT NOT NULL,
  applicant BLOB NOT NULL,
  applicant_masked TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  idempotency TEXT NOT NULL,
  request TEXT NOT NULL,
  channel TEXT NOT NULL,
  answers BLOB NOT NULL,
  materials TEXT NOT NULL,
  state TEXT NOT NULL,
  queue TEXT NOT NULL,
  due_on TEXT NOT NULL,
  warn_on TEXT NOT NULL,
  facts TEXT NOT NULL,
  outcome TEXT NOT NULL,
  submitted_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (area, number),
  UNIQUE (area, account_id, idempotency)
  {case_key}
);
CREATE INDEX casework_case_by_queue ON casework_case (body, queue, due_on, id);
CREATE INDEX casework_case_by_ticket ON casework_case (ticket);
CREATE INDEX casework_case_by_applicant ON casework_case (applicant_kind, applicant_id, id);
CREATE INDEX casework_case_unaccepted ON casework_case (due_on) WHERE state = 'submitted';
CREATE TABLE casework_serial (
  counter TEXT NOT NULL,
  day_on TEXT NOT NULL,
  latest BIGINT NOT NULL,
  PRIMARY KEY (counter, day_on)
);
CREATE TABLE casework_draft (
  id {id_key},
  account_id BIGINT NOT NULL,
  acting_for BIGINT,
  item_code TEXT NOT NULL,
  item_version BIGINT NOT NULL,
  base_version BIGINT NOT NULL,
  answers BLOB NOT NULL,
  materials TEXT NOT NULL,
  idempotency TEXT NOT NULL,
  case_id BIGINT,
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX casework_draft_by_account ON casework_draft (account_id, id);
CREATE TABLE casework_file (
  digest TEXT NOT NULL,
  account_id BIGINT NOT NULL,
  name TEXT NOT NULL,
  media TEXT NOT NULL,
  bytes BIGINT NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (account_id, digest)
);
CREATE TABLE casework_notice (
  id {id_key},
  party_kind TEXT NOT NULL,
  party_id BIGINT NOT NULL,
  case_id BIGINT NOT NULL,
  words TEXT NOT NULL,
  created_at BIGINT NOT NULL
);
CREATE INDEX casework_notice_by_party ON casework_notice (party_kind, party_id, id);
