-- +goose Up

-- What happened, to be told to the other services. Ids sort by time of making.
CREATE TABLE outbox (
    id           TEXT PRIMARY KEY,
    type         TEXT NOT NULL,
    subject      TEXT NOT NULL,
    event        TEXT NOT NULL,
    created_at   INTEGER NOT NULL,
    leased_until INTEGER NOT NULL DEFAULT 0,
    published_at INTEGER
);
CREATE INDEX outbox_published ON outbox (published_at, id);

-- Which events this service's consumers have done.
CREATE TABLE inbox (
    consumer    TEXT NOT NULL,
    event_id    TEXT NOT NULL,
    received_at INTEGER NOT NULL,
    PRIMARY KEY (consumer, event_id)
) WITHOUT ROWID;
CREATE INDEX inbox_received ON inbox (received_at);

-- The answer to each request that carried an Idempotency-Key.
CREATE TABLE idempotency_keys (
    scope           TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    fingerprint     TEXT NOT NULL,
    done            INTEGER NOT NULL CHECK (done IN (0, 1)),
    status          INTEGER NOT NULL,
    body            BLOB NOT NULL,
    resource        TEXT NOT NULL,
    leased_until    INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    PRIMARY KEY (scope, idempotency_key)
);
CREATE INDEX idempotency_keys_expires ON idempotency_keys (expires_at);
