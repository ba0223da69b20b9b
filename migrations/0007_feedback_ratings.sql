CREATE TABLE feedback_rating (
  id {id_key},
  case_id BIGINT NOT NULL,
  service BIGINT NOT NULL,
  area TEXT NOT NULL,
  body TEXT NOT NULL,
  item_code TEXT NOT NULL,
  grade BIGINT NOT NULL,
  options TEXT NOT NULL,
  words TEXT NOT NULL,
  channel TEXT NOT NULL,
  anonymous BOOLEAN NOT NULL,
  account_id BIGINT,
  created_at BIGINT NOT NULL,
  UNIQUE (case_id, service)
);
CREATE INDEX feedback_rating_by_body ON feedback_rating (body, id);
CREATE TABLE feedback_option_set (
  version BIGINT PRIMARY KEY,
  effective_on TEXT NOT NULL,
  definition TEXT NOT NULL
);
