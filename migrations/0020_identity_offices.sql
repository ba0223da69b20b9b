-- Accounts of staff and administrators are few among those of citizens, and are looked for by parts of their names.
CREATE INDEX identity_account_of_office ON identity_account (kind, id) WHERE kind <> 'person';
