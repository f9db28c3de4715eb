-- +goose Up
CREATE TABLE mails (
    id         VARCHAR(30)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    kind       VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    language   CHAR(2)      CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    recipient  VARCHAR(254) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL,
    subject    VARCHAR(500) NOT NULL,
    text       MEDIUMTEXT   NOT NULL,
    html       MEDIUMTEXT   NOT NULL,
    state      VARCHAR(10)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    attempts   INT          NOT NULL DEFAULT 0,
    last_error VARCHAR(500) NOT NULL DEFAULT '',
    due_at     BIGINT       NOT NULL COMMENT 'when a queued mail is tried next',
    created_at BIGINT       NOT NULL,
    CONSTRAINT mails_state CHECK (state IN ('kept', 'queued', 'sent', 'failed')),
    INDEX mails_by_due (state, due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE mails;
