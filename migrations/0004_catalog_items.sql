CREATE TABLE catalog_division (
  code TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  level TEXT NOT NULL,
  parent TEXT NOT NULL,
  statutory BOOLEAN NOT NULL
);
CREATE TABLE catalog_calendar_day (
  day_on TEXT PRIMARY KEY,
  working BOOLEAN NOT NULL,
  name TEXT NOT NULL
);
CREATE TABLE catalog_body (
  credit_code TEXT PRIMARY KEY,
  department TEXT NOT NULL,
  division TEXT NOT NULL,
  name TEXT NOT NULL,
  definition TEXT NOT NULL,
  synthetic BOOLEAN NOT NULL,
  UNIQUE (department, division)
);
CREATE TABLE catalog_dictionary (
  kind TEXT NOT NULL,
  key TEXT NOT NULL,
  definition TEXT NOT NULL,
  PRIMARY KEY (kind, key)
);
CREATE TABLE catalog_base_item (
  code TEXT PRIMARY KEY,
  slug TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  department TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL
);
CREATE TABLE catalog_base_version (
  base_code TEXT NOT NULL REFERENCES catalog_base_item (code),
  version BIGINT NOT NULL,
  definition TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  effective_on TEXT NOT NULL,
  PRIMARY KEY (base_code, version)
);
CREATE TABLE catalog_item (
  code TEXT PRIMARY KEY,
  base_code TEXT NOT NULL REFERENCES catalog_base_item (code),
  body TEXT NOT NULL REFERENCES catalog_body (credit_code),
  division TEXT NOT NULL,
  state TEXT NOT NULL,
  version BIGINT NOT NULL,
  UNIQUE (base_code, body)
);
CREATE TABLE catalog_item_version (
  item_code TEXT NOT NULL REFERENCES catalog_item (code),
  version BIGINT NOT NULL,
  base_version BIGINT NOT NULL,
  differences TEXT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (item_code, version)
);
