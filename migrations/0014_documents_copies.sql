ALTER TABLE documents_document ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
ALTER TABLE documents_document ADD COLUMN receiver_until_on TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_certificate ADD COLUMN copies BIGINT NOT NULL DEFAULT 0;
UPDATE certs_certificate SET copies = (SELECT count(*) FROM certs_copy WHERE certs_copy.certificate_id = certs_certificate.id);
ALTER TABLE certs_copy ADD COLUMN serial BIGINT NOT NULL DEFAULT 0;
ALTER TABLE certs_copy ADD COLUMN receiver TEXT NOT NULL DEFAULT '';
ALTER TABLE certs_copy ADD COLUMN document_id BIGINT;
