-- +goose Up
CREATE TABLE mails (
    id         TEXT    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    language   TEXT    NOT NULL,
    recipient  TEXT    NOT NULL,
    subject    TEXT    NOT NULL,
    text       TEXT    NOT NULL,
    html       TEXT    NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('kept', 'queued', 'sent', 'failed')),
    attempts   INTEGER NOT NULL DEFAULT 0,
    last_error TEXT    NOT NULL DEFAULT '',
    due_at     INTEGER NOT NULL, -- when a queued mail is tried next
    created_at INTEGER NOT NULL
) STRICT;

CREATE INDEX mails_by_due ON mails (state, due_at);

-- +goose Down
DROP TABLE mails;
