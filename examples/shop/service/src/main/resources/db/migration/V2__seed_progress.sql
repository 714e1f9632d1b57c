-- How far the seed is, and the highest fencing token that wrote it: a stale leader is refused.
CREATE TABLE seed_progress (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  token    bigint  NOT NULL,
  up_to    integer NOT NULL
);

INSERT INTO seed_progress (token, up_to) VALUES (0, 0);
