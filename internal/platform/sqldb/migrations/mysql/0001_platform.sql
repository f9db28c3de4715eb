-- +goose Up

-- What happened, to be told to the other services. Ids sort by time of making.
-- The event is JSON, but not of that type, which would rewrite it.
CREATE TABLE outbox (
    id           VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    type         VARCHAR(191) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    subject      VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    event        MEDIUMTEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    created_at   BIGINT NOT NULL,
    leased_until BIGINT NOT NULL DEFAULT 0,
    published_at BIGINT NULL,
    KEY outbox_published (published_at, id)
) ENGINE = InnoDB;

-- Which events this service's consumers have done.
CREATE TABLE inbox (
    consumer    VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_id    VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    received_at BIGINT NOT NULL,
    PRIMARY KEY (consumer, event_id),
    KEY inbox_received (received_at)
) ENGINE = InnoDB;

-- The answer to each request that carried an Idempotency-Key. VARBINARY,
-- because the binary collations of text still ignore spaces at the end.
CREATE TABLE idempotency_keys (
    scope           VARBINARY(255) NOT NULL,
    idempotency_key VARBINARY(255) NOT NULL,
    fingerprint     CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    done            TINYINT NOT NULL,
    status          SMALLINT NOT NULL,
    body            MEDIUMBLOB NOT NULL,
    resource        VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    leased_until    BIGINT NOT NULL,
    expires_at      BIGINT NOT NULL,
    PRIMARY KEY (scope, idempotency_key),
    KEY idempotency_keys_expires (expires_at),
    CONSTRAINT idempotency_keys_done CHECK (done IN (0, 1))
) ENGINE = InnoDB;
