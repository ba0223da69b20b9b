CREATE TABLE casework_supplement (
  case_id {id_key},
  handed_in_at BIGINT NOT NULL,
  earlier_answers BLOB
);
