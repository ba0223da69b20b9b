ALTER TABLE certs_certificate ADD COLUMN change_id BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certs_certificate ADD COLUMN last_operation TEXT NOT NULL DEFAULT '';
UPDATE certs_certificate SET change_id = COALESCE((SELECT max(certs_operation.id) FROM certs_operation WHERE certs_operation.certificate_id = certs_certificate.id), id);
UPDATE certs_certificate SET last_operation = COALESCE((SELECT certs_operation.operation FROM certs_operation WHERE certs_operation.id = certs_certificate.change_id), operation);
CREATE INDEX certs_certificate_by_change ON certs_certificate (issuer, change_id);
CREATE TABLE certs_show_code (
  code_hash TEXT PRIMARY KEY,
  token BLOB NOT NULL,
  ends_at BIGINT NOT NULL
);
CREATE INDEX certs_show_code_by_end ON certs_show_code (ends_at);
