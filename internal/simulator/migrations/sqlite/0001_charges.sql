-- +goose Up
-- A charge is one document. What has to be unique or is searched for stands in
-- columns; version guards the document against lost updates.
CREATE TABLE simulator_charges (
    id         TEXT    NOT NULL PRIMARY KEY,
    reference  TEXT    NOT NULL UNIQUE,
    page_token TEXT    NOT NULL UNIQUE,
    document   TEXT    NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

-- Notices that are still to be delivered; a delivered one is removed.
CREATE TABLE simulator_notices (
    id         TEXT    NOT NULL PRIMARY KEY,
    event_id   TEXT    NOT NULL, -- webhook-id: the same on every copy
    url        TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    trace      TEXT    NOT NULL,
    attempts   INTEGER NOT NULL DEFAULT 0,
    due_at     INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX simulator_notices_by_due ON simulator_notices (due_at);

-- +goose Down
DROP TABLE simulator_notices;
DROP TABLE simulator_charges;
