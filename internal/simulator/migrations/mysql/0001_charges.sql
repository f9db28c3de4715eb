-- +goose Up
-- A charge is one document. What has to be unique or is searched for stands in
-- columns; version guards the document against lost updates.
CREATE TABLE simulator_charges (
    id         VARCHAR(40)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    reference  VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL UNIQUE,
    page_token VARCHAR(60)  CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    document   MEDIUMTEXT   NOT NULL,
    version    BIGINT       NOT NULL,
    created_at BIGINT       NOT NULL
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- Notices that are still to be delivered; a delivered one is removed.
CREATE TABLE simulator_notices (
    id         VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    event_id   VARCHAR(40)   CHARACTER SET ascii COLLATE ascii_bin NOT NULL COMMENT 'webhook-id: the same on every copy',
    url        VARCHAR(2048) NOT NULL,
    body       MEDIUMTEXT    NOT NULL,
    trace      VARCHAR(64)   NOT NULL,
    attempts   INT           NOT NULL DEFAULT 0,
    due_at     BIGINT        NOT NULL,
    created_at BIGINT        NOT NULL,
    INDEX simulator_notices_by_due (due_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE simulator_notices;
DROP TABLE simulator_charges;
