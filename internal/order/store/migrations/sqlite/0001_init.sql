-- +goose Up
CREATE TABLE carts (
    id         TEXT    NOT NULL PRIMARY KEY,
    user_id    TEXT,
    token_hash TEXT    NOT NULL,
    version    INTEGER NOT NULL CHECK (version > 0),
    state      TEXT    NOT NULL CHECK (state IN ('open', 'ordered')),
    currency   TEXT    NOT NULL CHECK (length(currency) = 3),
    language   TEXT    NOT NULL,
    contents   TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX carts_by_expiry ON carts (expires_at);

CREATE TABLE orders (
    id               TEXT    NOT NULL PRIMARY KEY,
    number           TEXT    NOT NULL UNIQUE,
    version          INTEGER NOT NULL CHECK (version > 0),
    status           TEXT    NOT NULL CHECK (status IN ('open', 'confirmed', 'completed', 'cancelled', 'expired')),
    user_id          TEXT,
    token_hash       TEXT    NOT NULL,
    email            TEXT    NOT NULL,
    language         TEXT    NOT NULL,
    currency         TEXT    NOT NULL CHECK (length(currency) = 3),
    quantity         INTEGER NOT NULL CHECK (quantity > 0),
    subtotal         INTEGER NOT NULL CHECK (subtotal >= 0),
    shipping         INTEGER NOT NULL CHECK (shipping >= 0),
    shipping_tax     INTEGER NOT NULL CHECK (shipping_tax BETWEEN 0 AND shipping),
    tax_included     INTEGER NOT NULL CHECK (tax_included >= 0),
    total            INTEGER NOT NULL CHECK (total = subtotal + shipping),
    tax_rule         TEXT    NOT NULL,
    shipping_method  TEXT    NOT NULL,
    shipping_address TEXT,
    billing_address  TEXT,
    note             TEXT    NOT NULL DEFAULT '',
    cancel_reason    TEXT    NOT NULL DEFAULT '',
    traceparent      TEXT    NOT NULL DEFAULT '',
    placed_at        INTEGER NOT NULL,
    updated_at       INTEGER NOT NULL,
    expires_at       INTEGER NOT NULL
);
CREATE INDEX orders_by_time ON orders (placed_at, id);
CREATE INDEX orders_by_user ON orders (user_id, placed_at, id);
CREATE INDEX orders_by_email ON orders (email, placed_at, id);
CREATE INDEX orders_by_status ON orders (status, placed_at, id);
CREATE INDEX orders_waiting ON orders (status, expires_at);

CREATE TABLE order_items (
    order_id     TEXT    NOT NULL REFERENCES orders (id),
    position     INTEGER NOT NULL,
    id           TEXT    NOT NULL,
    variant_id   TEXT    NOT NULL,
    product_id   TEXT    NOT NULL,
    sku          TEXT    NOT NULL,
    slug         TEXT    NOT NULL,
    name         TEXT    NOT NULL,
    options      TEXT    NOT NULL,
    image_url    TEXT    NOT NULL,
    quantity     INTEGER NOT NULL CHECK (quantity > 0),
    fulfilled    INTEGER NOT NULL CHECK (fulfilled BETWEEN 0 AND quantity),
    unit_price   INTEGER NOT NULL CHECK (unit_price >= 0),
    total        INTEGER NOT NULL CHECK (total = unit_price * quantity),
    tax_included INTEGER NOT NULL CHECK (tax_included >= 0),
    weight_grams INTEGER NOT NULL,
    PRIMARY KEY (order_id, position),
    UNIQUE (order_id, id)
) WITHOUT ROWID;

-- The ledger of an order's money. Rows are only ever added; the payment status
-- is their sum.
CREATE TABLE order_payments (
    order_id    TEXT    NOT NULL REFERENCES orders (id),
    type        TEXT    NOT NULL CHECK (type IN ('capture', 'refund')),
    source      TEXT    NOT NULL,
    payment_id  TEXT    NOT NULL,
    amount      INTEGER NOT NULL CHECK (amount > 0),
    currency    TEXT    NOT NULL CHECK (length(currency) = 3),
    happened_at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    PRIMARY KEY (order_id, type, source)
) WITHOUT ROWID;
CREATE UNIQUE INDEX order_payments_source ON order_payments (type, source);

CREATE TABLE order_fulfilments (
    id         TEXT    NOT NULL PRIMARY KEY,
    order_id   TEXT    NOT NULL REFERENCES orders (id),
    carrier    TEXT    NOT NULL,
    tracking   TEXT    NOT NULL,
    actor_id   TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX order_fulfilments_by_order ON order_fulfilments (order_id, id);

CREATE TABLE order_fulfilment_lines (
    fulfilment_id TEXT    NOT NULL REFERENCES order_fulfilments (id),
    item_id       TEXT    NOT NULL,
    quantity      INTEGER NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (fulfilment_id, item_id)
) WITHOUT ROWID;

-- What happened to an order. Rows are only ever added.
CREATE TABLE order_timeline (
    order_id  TEXT    NOT NULL REFERENCES orders (id),
    version   INTEGER NOT NULL,
    position  INTEGER NOT NULL,
    at        INTEGER NOT NULL,
    kind      TEXT    NOT NULL,
    actor     TEXT    NOT NULL CHECK (actor IN ('customer', 'staff', 'shop')),
    actor_id  TEXT    NOT NULL DEFAULT '',
    reference TEXT    NOT NULL DEFAULT '',
    amount    INTEGER,
    currency  TEXT,
    note      TEXT    NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, version, position)
) WITHOUT ROWID;

-- +goose Down
DROP TABLE order_timeline;
DROP TABLE order_fulfilment_lines;
DROP TABLE order_fulfilments;
DROP TABLE order_payments;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE carts;
