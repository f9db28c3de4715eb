-- +goose Up
CREATE TABLE carts (
    id         VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    user_id    VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin,
    token_hash CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version    BIGINT NOT NULL CHECK (version > 0),
    state      VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('open', 'ordered')),
    currency   CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    language   CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    contents   MEDIUMTEXT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    INDEX carts_by_expiry (expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE orders (
    id               VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    number           VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL UNIQUE,
    version          BIGINT NOT NULL CHECK (version > 0),
    status           VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (status IN ('open', 'confirmed', 'completed', 'cancelled', 'expired')),
    user_id          VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin,
    token_hash       CHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    email            VARCHAR(254) NOT NULL,
    language         CHAR(2) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency         CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    quantity         BIGINT NOT NULL CHECK (quantity > 0),
    subtotal         BIGINT NOT NULL CHECK (subtotal >= 0),
    shipping         BIGINT NOT NULL CHECK (shipping >= 0),
    shipping_tax     BIGINT NOT NULL,
    tax_included     BIGINT NOT NULL CHECK (tax_included >= 0),
    total            BIGINT NOT NULL,
    tax_rule         VARCHAR(20) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    shipping_method  VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    shipping_address TEXT,
    billing_address  TEXT,
    note             VARCHAR(500) NOT NULL DEFAULT '',
    cancel_reason    VARCHAR(200) NOT NULL DEFAULT '',
    traceparent      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    placed_at        BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    expires_at       BIGINT NOT NULL,
    CONSTRAINT orders_shipping_tax CHECK (shipping_tax BETWEEN 0 AND shipping),
    CONSTRAINT orders_total CHECK (total = subtotal + shipping),
    INDEX orders_by_time (placed_at, id),
    INDEX orders_by_user (user_id, placed_at, id),
    INDEX orders_by_email (email, placed_at, id),
    INDEX orders_by_status (status, placed_at, id),
    INDEX orders_waiting (status, expires_at)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE order_items (
    order_id     VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position     INT NOT NULL,
    id           VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    variant_id   VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id   VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sku          VARCHAR(64) NOT NULL,
    slug         VARCHAR(200) NOT NULL,
    name         VARCHAR(300) NOT NULL,
    options      VARCHAR(500) NOT NULL,
    image_url    VARCHAR(1000) NOT NULL,
    quantity     BIGINT NOT NULL CHECK (quantity > 0),
    fulfilled    BIGINT NOT NULL,
    unit_price   BIGINT NOT NULL CHECK (unit_price >= 0),
    total        BIGINT NOT NULL,
    tax_included BIGINT NOT NULL CHECK (tax_included >= 0),
    weight_grams BIGINT NOT NULL,
    PRIMARY KEY (order_id, position),
    CONSTRAINT order_items_fulfilled CHECK (fulfilled BETWEEN 0 AND quantity),
    CONSTRAINT order_items_total CHECK (total = unit_price * quantity),
    UNIQUE INDEX order_items_id (order_id, id),
    CONSTRAINT order_items_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- The ledger of an order's money. Rows are only ever added; the payment status
-- is their sum.
CREATE TABLE order_payments (
    order_id    VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    type        VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (type IN ('capture', 'refund')),
    source      VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    payment_id  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount      BIGINT NOT NULL CHECK (amount > 0),
    currency    CHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (CHAR_LENGTH(currency) = 3),
    happened_at BIGINT NOT NULL,
    recorded_at BIGINT NOT NULL,
    PRIMARY KEY (order_id, type, source),
    UNIQUE INDEX order_payments_source (type, source),
    CONSTRAINT order_payments_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE order_fulfilments (
    id         VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    order_id   VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    carrier    VARCHAR(60) NOT NULL,
    tracking   VARCHAR(100) NOT NULL,
    actor_id   VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    created_at BIGINT NOT NULL,
    INDEX order_fulfilments_by_order (order_id, id),
    CONSTRAINT order_fulfilments_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

CREATE TABLE order_fulfilment_lines (
    fulfilment_id VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    item_id       VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity      BIGINT NOT NULL CHECK (quantity > 0),
    PRIMARY KEY (fulfilment_id, item_id),
    CONSTRAINT order_fulfilment_lines_fulfilment_id FOREIGN KEY (fulfilment_id) REFERENCES order_fulfilments (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- What happened to an order. Rows are only ever added.
CREATE TABLE order_timeline (
    order_id  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    version   BIGINT NOT NULL,
    position  INT NOT NULL,
    at        BIGINT NOT NULL,
    kind      VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor     VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (actor IN ('customer', 'staff', 'shop')),
    actor_id  VARCHAR(30) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    reference VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT '',
    amount    BIGINT,
    currency  CHAR(3) CHARACTER SET ascii COLLATE ascii_bin,
    note      VARCHAR(500) NOT NULL DEFAULT '',
    PRIMARY KEY (order_id, version, position),
    CONSTRAINT order_timeline_order_id FOREIGN KEY (order_id) REFERENCES orders (id)
) ENGINE = InnoDB DEFAULT CHARSET = utf8mb4 COLLATE = utf8mb4_bin;

-- +goose Down
DROP TABLE order_timeline;
DROP TABLE order_fulfilment_lines;
DROP TABLE order_fulfilments;
DROP TABLE order_payments;
DROP TABLE order_items;
DROP TABLE orders;
DROP TABLE carts;
