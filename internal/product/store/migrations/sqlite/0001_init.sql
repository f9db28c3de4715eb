-- +goose Up
CREATE TABLE categories (
    id         TEXT    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL,
    parent_id  TEXT    REFERENCES categories (id),
    name_id    TEXT    NOT NULL,
    name_en    TEXT    NOT NULL,
    position   INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    CONSTRAINT categories_slug UNIQUE (slug)
) STRICT;
CREATE INDEX categories_parent ON categories (parent_id);

-- One row, counted up by every change of the tree: two moves that are each
-- sound could make a circle together.
CREATE TABLE category_tree (
    id      INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    version INTEGER NOT NULL
) STRICT;
INSERT INTO category_tree (id, version) VALUES (1, 1);

CREATE TABLE products (
    id             TEXT    NOT NULL PRIMARY KEY,
    slug           TEXT    NOT NULL,
    status         TEXT    NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    category_id    TEXT    REFERENCES categories (id),
    name_id        TEXT    NOT NULL,
    name_en        TEXT    NOT NULL,
    description_id TEXT    NOT NULL,
    description_en TEXT    NOT NULL,
    options        TEXT    NOT NULL,
    version        INTEGER NOT NULL,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    CONSTRAINT products_slug UNIQUE (slug)
) STRICT;
CREATE INDEX products_category ON products (category_id);

CREATE TABLE variants (
    id            TEXT    NOT NULL PRIMARY KEY,
    product_id    TEXT    NOT NULL REFERENCES products (id),
    sku           TEXT    NOT NULL,
    position      INTEGER NOT NULL,
    option_values TEXT    NOT NULL,
    option_key    TEXT    NOT NULL,
    barcode       TEXT    NOT NULL,
    weight_grams  INTEGER NOT NULL CHECK (weight_grams >= 0),
    discontinued  INTEGER NOT NULL,
    CONSTRAINT variants_sku UNIQUE (sku),
    CONSTRAINT variants_options UNIQUE (product_id, option_key)
) STRICT;

CREATE TABLE prices (
    variant_id TEXT    NOT NULL REFERENCES variants (id),
    currency   TEXT    NOT NULL,
    product_id TEXT    NOT NULL,
    amount     INTEGER NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (variant_id, currency)
) STRICT, WITHOUT ROWID;
CREATE INDEX prices_product ON prices (product_id);

CREATE TABLE images (
    id         TEXT    NOT NULL PRIMARY KEY,
    product_id TEXT    NOT NULL REFERENCES products (id),
    position   INTEGER NOT NULL,
    status     TEXT    NOT NULL CHECK (status IN ('processing', 'ready', 'failed')),
    original   TEXT    NOT NULL,
    alt_id     TEXT    NOT NULL,
    alt_en     TEXT    NOT NULL,
    sizes      TEXT    NOT NULL
) STRICT;
CREATE INDEX images_product ON images (product_id);

-- One row for each product and currency it is priced in, and one with currency
-- '' for staff, who also look for what has no price. Each sort of the public
-- list, with and without a category, walks one of the indexes in order.
CREATE TABLE listings (
    product_id  TEXT    NOT NULL REFERENCES products (id),
    currency    TEXT    NOT NULL,
    status      TEXT    NOT NULL,
    category_id TEXT    NOT NULL,
    price       INTEGER NOT NULL,
    created_at  INTEGER NOT NULL,
    name_id     TEXT    NOT NULL,
    name_en     TEXT    NOT NULL,
    PRIMARY KEY (product_id, currency)
) STRICT;
CREATE INDEX listings_created ON listings (currency, status, created_at, product_id, price);
CREATE INDEX listings_price ON listings (currency, status, price, product_id);
CREATE INDEX listings_name_id ON listings (currency, status, name_id, product_id, price);
CREATE INDEX listings_name_en ON listings (currency, status, name_en, product_id, price);
CREATE INDEX listings_category_created ON listings (currency, status, category_id, created_at, product_id, price);
CREATE INDEX listings_category_price ON listings (currency, status, category_id, price, product_id);
CREATE INDEX listings_category_name_id ON listings (currency, status, category_id, name_id, product_id, price);
CREATE INDEX listings_category_name_en ON listings (currency, status, category_id, name_en, product_id, price);

CREATE TABLE search_documents (
    id         INTEGER NOT NULL PRIMARY KEY,
    product_id TEXT    NOT NULL REFERENCES products (id),
    title      TEXT    NOT NULL,
    body       TEXT    NOT NULL,
    CONSTRAINT search_documents_product UNIQUE (product_id)
) STRICT;
CREATE VIRTUAL TABLE search_index USING fts5 (
    title, body,
    content = 'search_documents', content_rowid = 'id',
    tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3'
);
-- +goose StatementBegin
CREATE TRIGGER search_documents_insert AFTER INSERT ON search_documents BEGIN
    INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_documents_delete AFTER DELETE ON search_documents BEGIN
    INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
END;
-- +goose StatementEnd
-- +goose StatementBegin
CREATE TRIGGER search_documents_update AFTER UPDATE ON search_documents BEGIN
    INSERT INTO search_index (search_index, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
    INSERT INTO search_index (rowid, title, body) VALUES (new.id, new.title, new.body);
END;
-- +goose StatementEnd

-- The words that correction may propose. A word stays when its last product
-- goes; it then finds nothing.
CREATE TABLE search_words (
    word TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;

CREATE TABLE stock_locations (
    code     TEXT    NOT NULL PRIMARY KEY,
    name     TEXT    NOT NULL,
    position INTEGER NOT NULL
) STRICT;
INSERT INTO stock_locations (code, name, position) VALUES ('main', 'Main', 0);

-- sellable copies the product's state, so that the write that takes stock
-- decides everything by itself.
CREATE TABLE stock (
    variant_id TEXT    NOT NULL REFERENCES variants (id),
    location   TEXT    NOT NULL REFERENCES stock_locations (code),
    product_id TEXT    NOT NULL,
    sku        TEXT    NOT NULL,
    sellable   INTEGER NOT NULL,
    on_hand    INTEGER NOT NULL,
    reserved   INTEGER NOT NULL,
    version    INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    PRIMARY KEY (variant_id, location),
    CONSTRAINT stock_within CHECK (0 <= reserved AND reserved <= on_hand)
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_product ON stock (product_id);

CREATE TABLE stock_movements (
    id         TEXT    NOT NULL PRIMARY KEY,
    variant_id TEXT    NOT NULL REFERENCES variants (id),
    location   TEXT    NOT NULL REFERENCES stock_locations (code),
    quantity   INTEGER NOT NULL CHECK (quantity <> 0),
    reason     TEXT    NOT NULL CHECK (reason IN ('receipt', 'adjustment', 'sale', 'return', 'correction')),
    note       TEXT    NOT NULL,
    order_id   TEXT    NOT NULL,
    actor      TEXT    NOT NULL,
    created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX stock_movements_variant ON stock_movements (variant_id, id);

CREATE TABLE reservations (
    order_id      TEXT    NOT NULL PRIMARY KEY,
    status        TEXT    NOT NULL CHECK (status IN ('held', 'sold', 'released', 'expired')),
    order_lines   TEXT    NOT NULL,
    expires_at    INTEGER NOT NULL,
    order_version INTEGER NOT NULL,
    version       INTEGER NOT NULL,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX reservations_due ON reservations (expires_at) WHERE status = 'held';

-- +goose Down
DROP TABLE reservations;
DROP TABLE stock_movements;
DROP TABLE stock;
DROP TABLE stock_locations;
DROP TABLE search_words;
DROP TABLE search_index;
DROP TABLE search_documents;
DROP TABLE listings;
DROP TABLE images;
DROP TABLE prices;
DROP TABLE variants;
DROP TABLE products;
DROP TABLE category_tree;
DROP TABLE categories;
