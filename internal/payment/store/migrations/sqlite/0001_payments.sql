-- +goose Up
CREATE TABLE payments (
    id              TEXT    NOT NULL PRIMARY KEY,
    order_id        TEXT    NOT NULL,
    open_order_id   TEXT    UNIQUE, -- order_id until the payment fails or is cancelled: one open payment an order
    user_id         TEXT    NOT NULL,
    cart_token_hash TEXT    NOT NULL,
    gateway         TEXT    NOT NULL,
    method          TEXT    NOT NULL,
    status          TEXT    NOT NULL CHECK (status IN ('pending', 'requires_action', 'authorized', 'captured', 'failed', 'cancelled')),
    amount          INTEGER NOT NULL CHECK (amount > 0),
    currency        TEXT    NOT NULL,
    authorized      INTEGER NOT NULL DEFAULT 0 CHECK (authorized >= 0),
    captured        INTEGER NOT NULL DEFAULT 0 CHECK (captured >= 0),
    refund_reserved INTEGER NOT NULL DEFAULT 0, -- refunds pending and succeeded
    refunded        INTEGER NOT NULL DEFAULT 0,
    gateway_id      TEXT    NOT NULL DEFAULT '',
    action          TEXT    NOT NULL DEFAULT '', -- JSON
    failure_code    TEXT    NOT NULL DEFAULT '',
    failure_detail  TEXT    NOT NULL DEFAULT '',
    review          TEXT    NOT NULL DEFAULT '',
    return_url      TEXT    NOT NULL,
    traceparent     TEXT    NOT NULL,
    expires_at      INTEGER NOT NULL,
    check_at        INTEGER, -- when the gateway is asked next
    checks          INTEGER NOT NULL DEFAULT 0,
    created_at      INTEGER NOT NULL,
    updated_at      INTEGER NOT NULL,
    version         INTEGER NOT NULL,
    CHECK (refund_reserved BETWEEN 0 AND captured),
    CHECK (refunded BETWEEN 0 AND refund_reserved)
) STRICT;

CREATE INDEX payments_by_order ON payments (order_id);
CREATE INDEX payments_by_user ON payments (user_id, id);
CREATE INDEX payments_by_cart ON payments (cart_token_hash, id);
CREATE INDEX payments_by_status ON payments (status, id);
CREATE INDEX payments_by_check ON payments (check_at) WHERE check_at IS NOT NULL;
CREATE INDEX payments_by_review ON payments (review) WHERE review <> '';

CREATE TABLE refunds (
    id             TEXT    NOT NULL PRIMARY KEY,
    payment_id     TEXT    NOT NULL REFERENCES payments (id),
    order_id       TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('pending', 'succeeded', 'failed')),
    amount         INTEGER NOT NULL CHECK (amount > 0),
    currency       TEXT    NOT NULL,
    reason         TEXT    NOT NULL,
    cause          TEXT    UNIQUE, -- of an automatic refund: the same cause makes one refund
    failure_code   TEXT    NOT NULL DEFAULT '',
    failure_detail TEXT    NOT NULL DEFAULT '',
    check_at       INTEGER,
    checks         INTEGER NOT NULL DEFAULT 0,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL
) STRICT;

CREATE INDEX refunds_by_payment ON refunds (payment_id, id);
CREATE INDEX refunds_by_check ON refunds (check_at) WHERE check_at IS NOT NULL;

CREATE TABLE ledger_entries (
    sequence       INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    transaction_id TEXT    NOT NULL,
    line           INTEGER NOT NULL,
    kind           TEXT    NOT NULL CHECK (kind IN ('capture', 'refund')),
    account        TEXT    NOT NULL,
    direction      TEXT    NOT NULL CHECK (direction IN ('debit', 'credit')),
    amount         INTEGER NOT NULL CHECK (amount > 0),
    currency       TEXT    NOT NULL,
    payment_id     TEXT    NOT NULL,
    order_id       TEXT    NOT NULL,
    refund_id      TEXT    NOT NULL,
    occurred_at    INTEGER NOT NULL,
    recorded_at    INTEGER NOT NULL,
    UNIQUE (transaction_id, line)
) STRICT;

CREATE INDEX ledger_by_payment ON ledger_entries (payment_id);
CREATE INDEX ledger_by_order ON ledger_entries (order_id);
CREATE INDEX ledger_by_account ON ledger_entries (account, currency, direction, amount);

CREATE TABLE transaction_log (
    id          TEXT    NOT NULL PRIMARY KEY,
    payment_id  TEXT    NOT NULL,
    refund_id   TEXT    NOT NULL,
    gateway     TEXT    NOT NULL,
    operation   TEXT    NOT NULL,
    outcome     TEXT    NOT NULL,
    http_status INTEGER NOT NULL,
    request     TEXT    NOT NULL,
    answer      TEXT    NOT NULL,
    note        TEXT    NOT NULL,
    duration_us INTEGER NOT NULL,
    at          INTEGER NOT NULL
) STRICT;

CREATE INDEX transaction_log_by_payment ON transaction_log (payment_id, id);

CREATE TABLE webhooks (
    id          TEXT    NOT NULL PRIMARY KEY,
    gateway     TEXT    NOT NULL,
    event_id    TEXT    NOT NULL,
    reference   TEXT    NOT NULL,
    notice      TEXT    NOT NULL, -- JSON: the notification as understood
    body        TEXT    NOT NULL, -- as sent, redacted
    received_at INTEGER NOT NULL,
    UNIQUE (gateway, event_id)
) STRICT;

-- The books and the log are append-only for everyone.
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only: correct an entry by a new one'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
BEGIN SELECT RAISE(ABORT, 'ledger_entries is append-only: correct an entry by a new one'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER transaction_log_no_update BEFORE UPDATE ON transaction_log
BEGIN SELECT RAISE(ABORT, 'transaction_log is append-only'); END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER transaction_log_no_delete BEFORE DELETE ON transaction_log
BEGIN SELECT RAISE(ABORT, 'transaction_log is append-only'); END;
-- +goose StatementEnd

-- +goose Down
DROP TABLE webhooks;
DROP TABLE transaction_log;
DROP TABLE ledger_entries;
DROP TABLE refunds;
DROP TABLE payments;
