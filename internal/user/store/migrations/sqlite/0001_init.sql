-- +goose Up
-- Times are microseconds since 1970 in UTC.

CREATE TABLE users (
  id               TEXT    NOT NULL PRIMARY KEY,
  status           TEXT    NOT NULL CHECK (status IN ('active', 'erased')),
  email            TEXT    NOT NULL,
  name             TEXT    NOT NULL,
  phone            TEXT    NOT NULL DEFAULT '',
  language         TEXT    NOT NULL CHECK (language IN ('id', 'en')),
  currency         TEXT    NOT NULL CHECK (length(currency) = 3),
  marketing_opt_in INTEGER NOT NULL CHECK (marketing_opt_in IN (0, 1)),
  avatar           TEXT    NOT NULL DEFAULT '',
  default_shipping TEXT    NOT NULL DEFAULT '',
  default_billing  TEXT    NOT NULL DEFAULT '',
  locks            INTEGER NOT NULL DEFAULT 0,
  version          INTEGER NOT NULL CHECK (version > 0),
  created_at       INTEGER NOT NULL,
  updated_at       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX users_age ON users (created_at, id);
CREATE INDEX users_status ON users (status, created_at, id);

CREATE TABLE user_words (
  word    TEXT NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id),
  PRIMARY KEY (word, user_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX user_words_user ON user_words (user_id);

CREATE TABLE addresses (
  id          TEXT    NOT NULL PRIMARY KEY,
  user_id     TEXT    NOT NULL REFERENCES users (id),
  label       TEXT    NOT NULL,
  recipient   TEXT    NOT NULL,
  phone       TEXT    NOT NULL,
  line1       TEXT    NOT NULL,
  line2       TEXT    NOT NULL,
  district    TEXT    NOT NULL,
  city        TEXT    NOT NULL,
  province    TEXT    NOT NULL,
  postal_code TEXT    NOT NULL,
  country     TEXT    NOT NULL CHECK (length(country) = 2),
  version     INTEGER NOT NULL CHECK (version > 0),
  created_at  INTEGER NOT NULL,
  updated_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX addresses_user ON addresses (user_id, created_at, id);
