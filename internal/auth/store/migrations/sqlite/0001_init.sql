-- +goose Up
-- Times are microseconds since 1970 in UTC.

CREATE TABLE accounts (
  id             TEXT    NOT NULL PRIMARY KEY,
  email          TEXT    NOT NULL UNIQUE,
  name           TEXT    NOT NULL,
  language       TEXT    NOT NULL CHECK (language IN ('id', 'en')),
  password_hash  TEXT    NOT NULL,
  email_verified INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
  status         TEXT    NOT NULL CHECK (status IN ('active', 'disabled')),
  valid_after    INTEGER NOT NULL DEFAULT 0,
  locks          INTEGER NOT NULL DEFAULT 0,
  version        INTEGER NOT NULL CHECK (version > 0),
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE roles (
  name    TEXT   NOT NULL PRIMARY KEY,
  summary TEXT   NOT NULL,
  locks   INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;

CREATE TABLE role_permissions (
  role       TEXT NOT NULL REFERENCES roles (name),
  permission TEXT NOT NULL,
  PRIMARY KEY (role, permission)
) STRICT, WITHOUT ROWID;

CREATE TABLE account_roles (
  account_id TEXT NOT NULL REFERENCES accounts (id),
  role       TEXT NOT NULL REFERENCES roles (name),
  PRIMARY KEY (account_id, role)
) STRICT, WITHOUT ROWID;
CREATE INDEX account_roles_role ON account_roles (role, account_id);

CREATE TABLE sessions (
  id           TEXT   NOT NULL PRIMARY KEY,
  account_id   TEXT   NOT NULL REFERENCES accounts (id),
  ip           TEXT   NOT NULL,
  user_agent   TEXT   NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  idle_until   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  end_reason   TEXT   NOT NULL DEFAULT ''
) STRICT, WITHOUT ROWID;
CREATE INDEX sessions_account ON sessions (account_id, created_at, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

CREATE TABLE refresh_tokens (
  hash       TEXT   NOT NULL PRIMARY KEY,
  session_id TEXT   NOT NULL REFERENCES sessions (id),
  issued_at  INTEGER NOT NULL,
  used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX refresh_tokens_session ON refresh_tokens (session_id);
CREATE INDEX refresh_tokens_used ON refresh_tokens (used_at);

CREATE TABLE revocations (
  id         INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
  subject    TEXT    NOT NULL,
  session_id TEXT    NOT NULL,
  not_after  INTEGER NOT NULL
) STRICT;
CREATE INDEX revocations_time ON revocations (not_after);

CREATE TABLE one_time_tokens (
  hash       TEXT   NOT NULL PRIMARY KEY,
  purpose    TEXT   NOT NULL CHECK (purpose IN ('verify_email', 'reset_password', 'first_admin')),
  account_id TEXT   NOT NULL,
  email      TEXT   NOT NULL,
  expires_at INTEGER NOT NULL,
  used_at    INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX one_time_tokens_owner ON one_time_tokens (account_id, purpose);
CREATE INDEX one_time_tokens_expiry ON one_time_tokens (expires_at);

CREATE TABLE signing_keys (
  generation  INTEGER NOT NULL PRIMARY KEY,
  kid         TEXT   NOT NULL UNIQUE,
  public_key  BLOB   NOT NULL,
  sealed      BLOB   NOT NULL,
  active_from INTEGER NOT NULL,
  created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE attempts (
  name          TEXT    NOT NULL PRIMARY KEY,
  tries         INTEGER NOT NULL CHECK (tries >= 0),
  last_at       INTEGER NOT NULL,
  blocked_until INTEGER NOT NULL,
  locks         INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX attempts_age ON attempts (last_at);

CREATE TABLE api_keys (
  id           TEXT   NOT NULL PRIMARY KEY,
  name         TEXT   NOT NULL,
  kind         TEXT   NOT NULL CHECK (kind IN ('integration', 'service')),
  hash         TEXT   NOT NULL UNIQUE,
  hint         TEXT   NOT NULL,
  scopes       TEXT   NOT NULL,
  created_by   TEXT   NOT NULL,
  created_at   INTEGER NOT NULL,
  expires_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER,
  place        INTEGER CHECK (place IN (1, 2)), -- of the two living keys of a name
  UNIQUE (name, place)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_age ON api_keys (created_at, id);

CREATE TABLE audit_entries (
  id         TEXT   NOT NULL PRIMARY KEY,
  at         INTEGER NOT NULL,
  action     TEXT   NOT NULL,
  actor_kind TEXT   NOT NULL,
  actor_id   TEXT   NOT NULL,
  subject    TEXT   NOT NULL,
  ip         TEXT   NOT NULL,
  user_agent TEXT   NOT NULL,
  details    TEXT   NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX audit_entries_subject ON audit_entries (subject, id);
CREATE INDEX audit_entries_actor ON audit_entries (actor_id, id);
CREATE INDEX audit_entries_action ON audit_entries (action, id);

CREATE TABLE audit_unsealed (
  entry_id TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE audit_links (
  seq      INTEGER NOT NULL PRIMARY KEY CHECK (seq > 0),
  entry_id TEXT   NOT NULL UNIQUE,
  hash     TEXT   NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO roles (name, summary) VALUES
  ('customer',   'Everybody who has an account; what is theirs is theirs by ownership'),
  ('support',    'Answers customers: sees people, orders and payments, ends sessions, cancels orders'),
  ('catalog',    'Keeps products, categories, prices and stock'),
  ('fulfilment', 'Packs and sends orders'),
  ('finance',    'Captures and refunds payments and reads the ledger'),
  ('admin',      'May do everything');

INSERT INTO role_permissions (role, permission) VALUES
  ('support', 'user:read'), ('support', 'session:manage'), ('support', 'order:read'), ('support', 'order:write'),
  ('support', 'payment:read'), ('support', 'product:read'), ('support', 'stock:read'),
  ('catalog', 'product:read'), ('catalog', 'product:write'), ('catalog', 'category:write'),
  ('catalog', 'stock:read'), ('catalog', 'stock:write'),
  ('fulfilment', 'order:read'), ('fulfilment', 'order:fulfil'), ('fulfilment', 'stock:read'), ('fulfilment', 'stock:write'),
  ('finance', 'order:read'), ('finance', 'payment:read'), ('finance', 'payment:capture'),
  ('finance', 'refund:create'), ('finance', 'ledger:read'),
  ('admin', 'user:read'), ('admin', 'user:write'), ('admin', 'role:manage'), ('admin', 'key:manage'),
  ('admin', 'session:manage'), ('admin', 'audit:read'), ('admin', 'product:read'), ('admin', 'product:write'),
  ('admin', 'category:write'), ('admin', 'stock:read'), ('admin', 'stock:write'), ('admin', 'order:read'),
  ('admin', 'order:write'), ('admin', 'order:fulfil'), ('admin', 'payment:read'), ('admin', 'payment:capture'),
  ('admin', 'refund:create'), ('admin', 'ledger:read');
