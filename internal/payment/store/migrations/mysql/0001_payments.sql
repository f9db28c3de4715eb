-- +goose Up
CREATE TABLE payments (
    id              CHAR(30)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    order_id        CHAR(30)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    open_order_id   CHAR(30)      CHARACTER SET ascii COLLATE ascii_bin UNIQUE COMMENT 'order_id until the payment fails or is cancelled: one open payment an order',
    user_id         VARCHAR(30)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    cart_token_hash VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gateway         VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    method          VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status          VARCHAR(16)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount          BIGINT        NOT NULL,
    currency        CHAR(3)       CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    authorized      BIGINT        NOT NULL DEFAULT 0,
    captured        BIGINT        NOT NULL DEFAULT 0,
    refund_reserved BIGINT        NOT NULL DEFAULT 0 COMMENT 'refunds pending and succeeded',
    refunded        BIGINT        NOT NULL DEFAULT 0,
    gateway_id      VARCHAR(100)  NOT NULL DEFAULT '',
    action          VARCHAR(4000) NOT NULL DEFAULT '' COMMENT 'JSON',
    failure_code    VARCHAR(64)   NOT NULL DEFAULT '',
    failure_detail  VARCHAR(500)  NOT NULL DEFAULT '',
    review          VARCHAR(32)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    return_url      VARCHAR(2048) NOT NULL,
    traceparent     VARCHAR(64)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    expires_at      BIGINT        NOT NULL,
    check_at        BIGINT        COMMENT 'when the gateway is asked next',
    checks          INT           NOT NULL DEFAULT 0,
    created_at      BIGINT        NOT NULL,
    updated_at      BIGINT        NOT NULL,
    version         BIGINT        NOT NULL,
    CONSTRAINT payments_status CHECK (status IN ('pending', 'requires_action', 'authorized', 'captured', 'failed', 'cancelled')),
    CONSTRAINT payments_amount CHECK (amount > 0 AND authorized >= 0 AND captured >= 0),
    CONSTRAINT payments_reserved CHECK (refund_reserved BETWEEN 0 AND captured),
    CONSTRAINT payments_refunded CHECK (refunded BETWEEN 0 AND refund_reserved),
    INDEX payments_by_order (order_id),
    INDEX payments_by_user (user_id, id),
    INDEX payments_by_cart (cart_token_hash, id),
    INDEX payments_by_status (status, id),
    INDEX payments_by_check (check_at),
    INDEX payments_by_review (review)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE refunds (
    id             CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    payment_id     CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id       CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status         VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount         BIGINT       NOT NULL,
    currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    reason         VARCHAR(200) NOT NULL,
    cause          VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin UNIQUE COMMENT 'of an automatic refund: the same cause makes one refund',
    failure_code   VARCHAR(64)  NOT NULL DEFAULT '',
    failure_detail VARCHAR(500) NOT NULL DEFAULT '',
    check_at       BIGINT,
    checks         INT          NOT NULL DEFAULT 0,
    created_at     BIGINT       NOT NULL,
    updated_at     BIGINT       NOT NULL,
    CONSTRAINT refunds_status CHECK (status IN ('pending', 'succeeded', 'failed')),
    CONSTRAINT refunds_amount CHECK (amount > 0),
    CONSTRAINT refunds_payment FOREIGN KEY (payment_id) REFERENCES payments (id),
    INDEX refunds_by_payment (payment_id, id),
    INDEX refunds_by_check (check_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE ledger_entries (
    sequence       BIGINT       NOT NULL AUTO_INCREMENT PRIMARY KEY,
    transaction_id VARCHAR(80)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    line           INT          NOT NULL,
    kind           VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    account        VARCHAR(64)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    direction      VARCHAR(6)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount         BIGINT       NOT NULL,
    currency       CHAR(3)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_id     CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    order_id       CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    refund_id      VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    occurred_at    BIGINT       NOT NULL,
    recorded_at    BIGINT       NOT NULL,
    CONSTRAINT ledger_kind CHECK (kind IN ('capture', 'refund')),
    CONSTRAINT ledger_direction CHECK (direction IN ('debit', 'credit')),
    CONSTRAINT ledger_amount CHECK (amount > 0),
    UNIQUE INDEX ledger_line (transaction_id, line),
    INDEX ledger_by_payment (payment_id),
    INDEX ledger_by_order (order_id),
    INDEX ledger_by_account (account, currency, direction, amount)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE transaction_log (
    id          CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    payment_id  VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    refund_id   VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    gateway     VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    operation   VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    outcome     VARCHAR(16)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    http_status INT          NOT NULL,
    request     MEDIUMTEXT   NOT NULL,
    answer      MEDIUMTEXT   NOT NULL,
    note        VARCHAR(500) NOT NULL,
    duration_us BIGINT       NOT NULL,
    at          BIGINT       NOT NULL,
    INDEX transaction_log_by_payment (payment_id, id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE webhooks (
    id          CHAR(30)     CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    gateway     VARCHAR(32)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    event_id    VARCHAR(191) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    reference   VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    notice      MEDIUMTEXT   NOT NULL COMMENT 'JSON: the notification as understood',
    body        MEDIUMTEXT   NOT NULL COMMENT 'as sent, redacted',
    received_at BIGINT       NOT NULL,
    UNIQUE INDEX webhooks_event (gateway, event_id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The books and the log are append-only for everyone. A server with binary
-- logging needs log_bin_trust_function_creators=1, or an account with SUPER,
-- to make triggers.
CREATE TRIGGER ledger_entries_no_update BEFORE UPDATE ON ledger_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger_entries is append-only: correct an entry by a new one';
CREATE TRIGGER ledger_entries_no_delete BEFORE DELETE ON ledger_entries
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'ledger_entries is append-only: correct an entry by a new one';
CREATE TRIGGER transaction_log_no_update BEFORE UPDATE ON transaction_log
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transaction_log is append-only';
CREATE TRIGGER transaction_log_no_delete BEFORE DELETE ON transaction_log
FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'transaction_log is append-only';

-- +goose Down
DROP TABLE webhooks;
DROP TABLE transaction_log;
DROP TABLE ledger_entries;
DROP TABLE refunds;
DROP TABLE payments;
