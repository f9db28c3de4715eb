-- +goose Up
-- Times are microseconds since 1970 in UTC. Ids, addresses and words compare
-- byte for byte.

CREATE TABLE users (
  id               VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  status           VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  email            VARCHAR(254) NOT NULL,
  name             VARCHAR(100) NOT NULL,
  phone            VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  language         CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  currency         CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  marketing_opt_in TINYINT      NOT NULL,
  avatar           VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  default_shipping VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  default_billing  VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
  locks            BIGINT       NOT NULL DEFAULT 0,
  version          BIGINT       NOT NULL,
  created_at       BIGINT       NOT NULL,
  updated_at       BIGINT       NOT NULL,
  KEY users_age (created_at, id),
  KEY users_status_age (status, created_at, id),
  CONSTRAINT users_status CHECK (status IN ('active', 'erased')),
  CONSTRAINT users_language CHECK (language IN ('id', 'en')),
  CONSTRAINT users_currency CHECK (CHAR_LENGTH(currency) = 3),
  CONSTRAINT users_marketing CHECK (marketing_opt_in IN (0, 1)),
  CONSTRAINT users_version CHECK (version > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE user_words (
  word    VARCHAR(64) NOT NULL,
  user_id VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (word, user_id),
  KEY user_words_user (user_id),
  CONSTRAINT user_words_user FOREIGN KEY (user_id) REFERENCES users (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE addresses (
  id          VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
  user_id     VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  label       VARCHAR(40)  NOT NULL,
  recipient   VARCHAR(100) NOT NULL,
  phone       VARCHAR(20)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  line1       VARCHAR(200) NOT NULL,
  line2       VARCHAR(200) NOT NULL,
  district    VARCHAR(100) NOT NULL,
  city        VARCHAR(100) NOT NULL,
  province    VARCHAR(100) NOT NULL,
  postal_code VARCHAR(12)  NOT NULL,
  country     CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version     BIGINT       NOT NULL,
  created_at  BIGINT       NOT NULL,
  updated_at  BIGINT       NOT NULL,
  KEY addresses_user (user_id, created_at, id),
  CONSTRAINT addresses_user FOREIGN KEY (user_id) REFERENCES users (id),
  CONSTRAINT addresses_country CHECK (CHAR_LENGTH(country) = 2),
  CONSTRAINT addresses_version CHECK (version > 0)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
