-- +goose Up
-- Times are microseconds since 1970 in UTC. Ids, hashes and addresses compare
-- byte for byte.

CREATE TABLE accounts (
  id             VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  email          VARCHAR(254) NOT NULL,
  name           VARCHAR(100) NOT NULL,
  language       CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  password_hash  VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email_verified TINYINT      NOT NULL,
  status         VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  valid_after    BIGINT       NOT NULL DEFAULT 0,
  locks          BIGINT       NOT NULL DEFAULT 0,
  version        BIGINT       NOT NULL,
  created_at     BIGINT       NOT NULL,
  updated_at     BIGINT       NOT NULL,
  UNIQUE KEY accounts_email (email),
  CONSTRAINT accounts_language CHECK (language IN ('id', 'en')),
  CONSTRAINT accounts_verified CHECK (email_verified IN (0, 1)),
  CONSTRAINT accounts_status CHECK (status IN ('active', 'disabled')),
  CONSTRAINT accounts_version CHECK (version > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE roles (
  name    VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  summary VARCHAR(200) NOT NULL,
  locks   BIGINT       NOT NULL DEFAULT 0
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE role_permissions (
  role       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  permission VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (role, permission),
  CONSTRAINT role_permissions_role FOREIGN KEY (role) REFERENCES roles (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE account_roles (
  account_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  role       VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (account_id, role),
  KEY account_roles_role (role, account_id),
  CONSTRAINT account_roles_account FOREIGN KEY (account_id) REFERENCES accounts (id),
  CONSTRAINT account_roles_role FOREIGN KEY (role) REFERENCES roles (name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE sessions (
  id           VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  account_id   VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  ip           VARCHAR(64)  NOT NULL,
  user_agent   VARCHAR(200) NOT NULL,
  created_at   BIGINT       NOT NULL,
  last_used_at BIGINT       NOT NULL,
  idle_until   BIGINT       NOT NULL,
  expires_at   BIGINT       NOT NULL,
  ended_at     BIGINT       NULL,
  end_reason   VARCHAR(40)  NOT NULL DEFAULT '',
  KEY sessions_account (account_id, created_at, id),
  KEY sessions_expiry (expires_at),
  CONSTRAINT sessions_account FOREIGN KEY (account_id) REFERENCES accounts (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE refresh_tokens (
  hash       CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  session_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  issued_at  BIGINT      NOT NULL,
  used_at    BIGINT      NULL,
  KEY refresh_tokens_session (session_id),
  KEY refresh_tokens_used (used_at),
  CONSTRAINT refresh_tokens_session FOREIGN KEY (session_id) REFERENCES sessions (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE revocations (
  id         BIGINT      NOT NULL AUTO_INCREMENT PRIMARY KEY,
  subject    VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  session_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  not_after  BIGINT      NOT NULL,
  KEY revocations_time (not_after)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE one_time_tokens (
  hash       CHAR(64)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  purpose    VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  account_id VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email      VARCHAR(254) NOT NULL,
  expires_at BIGINT       NOT NULL,
  used_at    BIGINT       NULL,
  KEY one_time_tokens_owner (account_id, purpose),
  KEY one_time_tokens_expiry (expires_at),
  CONSTRAINT one_time_tokens_purpose CHECK (purpose IN ('verify_email', 'reset_password', 'first_admin'))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE signing_keys (
  generation  BIGINT         NOT NULL PRIMARY KEY,
  kid         VARCHAR(40)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  public_key  VARBINARY(64)  NOT NULL,
  sealed      VARBINARY(200) NOT NULL,
  active_from BIGINT         NOT NULL,
  created_at  BIGINT         NOT NULL,
  UNIQUE KEY signing_keys_kid (kid)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE attempts (
  name          VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  tries         INT         NOT NULL,
  last_at       BIGINT      NOT NULL,
  blocked_until BIGINT      NOT NULL,
  locks         BIGINT      NOT NULL DEFAULT 0,
  KEY attempts_age (last_at),
  CONSTRAINT attempts_tries CHECK (tries >= 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE api_keys (
  id           VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  name         VARCHAR(60)   NOT NULL,
  kind         VARCHAR(12)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash         CHAR(64)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hint         VARCHAR(16)   NOT NULL,
  scopes       VARCHAR(2000) NOT NULL,
  created_by   VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  created_at   BIGINT        NOT NULL,
  expires_at   BIGINT        NOT NULL,
  last_used_at BIGINT        NULL,
  revoked_at   BIGINT        NULL,
  place        TINYINT       NULL, -- of the two living keys of a name
  UNIQUE KEY api_keys_hash (hash),
  UNIQUE KEY api_keys_place (name, place),
  KEY api_keys_age (created_at, id),
  CONSTRAINT api_keys_kind CHECK (kind IN ('integration', 'service')),
  CONSTRAINT api_keys_places CHECK (place IN (1, 2))
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit_entries (
  id         VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  at         BIGINT        NOT NULL,
  action     VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_kind VARCHAR(10)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  actor_id   VARCHAR(64)   NOT NULL,
  subject    VARCHAR(64)   NOT NULL,
  ip         VARCHAR(64)   NOT NULL,
  user_agent VARCHAR(200)  NOT NULL,
  details    VARCHAR(4000) NOT NULL,
  KEY audit_entries_subject (subject, id),
  KEY audit_entries_actor (actor_id, id),
  KEY audit_entries_action (action, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit_unsealed (
  entry_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE audit_links (
  seq      BIGINT      NOT NULL PRIMARY KEY,
  entry_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hash     CHAR(64)    CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  UNIQUE KEY audit_links_entry (entry_id),
  CONSTRAINT audit_links_seq CHECK (seq > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

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
