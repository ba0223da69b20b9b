-- Tries at logins that nobody has: locked like those of accounts, so that a lock does not tell who has one.
CREATE TABLE identity_unknown_login (
    -- Keyed hash of what was typed.
    name TEXT PRIMARY KEY,
    failures BIGINT NOT NULL,
    -- 0 = not locked.
    locked_until BIGINT NOT NULL,
    tried_at BIGINT NOT NULL
);

CREATE INDEX identity_unknown_login_tried ON identity_unknown_login (tried_at);
