CREATE TABLE certs_certificate (
  id {id_key},
  identifier TEXT NOT NULL UNIQUE,
  type_key TEXT NOT NULL,
  type_name TEXT NOT NULL,
  number TEXT NOT NULL,
  holder_hash TEXT NOT NULL,
  holder_name BLOB NOT NULL,
  holder_code BLOB NOT NULL,
  issuer TEXT NOT NULL,
  issuer_name TEXT NOT NULL,
  area TEXT NOT NULL,
  status TEXT NOT NULL,
  valid_from_on TEXT NOT NULL,
  valid_until_on TEXT NOT NULL,
  data BLOB NOT NULL,
  case_id BIGINT,
  issued_at BIGINT NOT NULL,
  version BIGINT NOT NULL
);
CREATE INDEX certs_certificate_by_holder ON certs_certificate (holder_hash, type_key, id);
CREATE INDEX certs_certificate_by_case ON certs_certificate (case_id);
CREATE TABLE certs_serial (
  issuer TEXT NOT NULL,
  year BIGINT NOT NULL,
  latest BIGINT NOT NULL,
  PRIMARY KEY (issuer, year)
);
