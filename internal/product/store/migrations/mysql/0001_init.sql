-- +goose Up
CREATE TABLE categories (
    id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    slug VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    parent_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    name_id VARCHAR(200) NOT NULL,
    name_en VARCHAR(200) NOT NULL,
    position INT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT categories_slug UNIQUE (slug),
    CONSTRAINT categories_parent_id_fk FOREIGN KEY (parent_id) REFERENCES categories (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX categories_parent ON categories (parent_id);

-- One row, counted up by every change of the tree: two moves that are each
-- sound could make a circle together.
CREATE TABLE category_tree (
    id      INT NOT NULL PRIMARY KEY CHECK (id = 1),
    version BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO category_tree (id, version) VALUES (1, 1);

CREATE TABLE products (
    id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    slug VARCHAR(100) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (status IN ('draft', 'active', 'archived')),
    category_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin,
    name_id VARCHAR(200) NOT NULL,
    name_en VARCHAR(200) NOT NULL,
    description_id MEDIUMTEXT NOT NULL,
    description_en MEDIUMTEXT NOT NULL,
    options MEDIUMTEXT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT products_slug UNIQUE (slug),
    CONSTRAINT products_category_id_fk FOREIGN KEY (category_id) REFERENCES categories (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX products_category ON products (category_id);

CREATE TABLE variants (
    id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sku VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position INT NOT NULL,
    option_values MEDIUMTEXT NOT NULL,
    option_key VARCHAR(500) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    barcode VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    weight_grams BIGINT NOT NULL CHECK (weight_grams >= 0),
    discontinued TINYINT(1) NOT NULL,
    CONSTRAINT variants_sku UNIQUE (sku),
    CONSTRAINT variants_options UNIQUE (product_id, option_key),
    CONSTRAINT variants_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE prices (
    variant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    amount BIGINT NOT NULL CHECK (amount >= 0),
    PRIMARY KEY (variant_id, currency),
    CONSTRAINT prices_variant_id_fk FOREIGN KEY (variant_id) REFERENCES variants (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX prices_product ON prices (product_id);

CREATE TABLE images (
    id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    position INT NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (status IN ('processing', 'ready', 'failed')),
    original VARCHAR(200) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    alt_id VARCHAR(300) NOT NULL,
    alt_en VARCHAR(300) NOT NULL,
    sizes MEDIUMTEXT NOT NULL,
    CONSTRAINT images_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX images_product ON images (product_id);

-- One row for each product and currency it is priced in, and one with currency
-- '' for staff, who also look for what has no price. Each sort of the public
-- list, with and without a category, walks one of the indexes in order.
CREATE TABLE listings (
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    currency VARCHAR(3) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    category_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    price BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    name_id VARCHAR(200) NOT NULL,
    name_en VARCHAR(200) NOT NULL,
    PRIMARY KEY (product_id, currency),
    CONSTRAINT listings_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX listings_created ON listings (currency, status, created_at, product_id, price);
CREATE INDEX listings_price ON listings (currency, status, price, product_id);
CREATE INDEX listings_name_id ON listings (currency, status, name_id, product_id, price);
CREATE INDEX listings_name_en ON listings (currency, status, name_en, product_id, price);
CREATE INDEX listings_category_created ON listings (currency, status, category_id, created_at, product_id, price);
CREATE INDEX listings_category_price ON listings (currency, status, category_id, price, product_id);
CREATE INDEX listings_category_name_id ON listings (currency, status, category_id, name_id, product_id, price);
CREATE INDEX listings_category_name_en ON listings (currency, status, category_id, name_en, product_id, price);

CREATE TABLE search_documents (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    title TEXT NOT NULL,
    body MEDIUMTEXT NOT NULL,
    CONSTRAINT search_documents_product UNIQUE (product_id),
    FULLTEXT search_documents_title (title),
    FULLTEXT search_documents_text (title, body),
    CONSTRAINT search_documents_product_id_fk FOREIGN KEY (product_id) REFERENCES products (id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The words that correction may propose. A word stays when its last product
-- goes; it then finds nothing.
CREATE TABLE search_words (
    word VARCHAR(64) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin NOT NULL PRIMARY KEY
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE stock_locations (
    code VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    name VARCHAR(200) NOT NULL,
    position INT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
INSERT INTO stock_locations (code, name, position) VALUES ('main', 'Main', 0);

-- sellable copies the product's state, so that the write that takes stock
-- decides everything by itself.
CREATE TABLE stock (
    variant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    location VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    product_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sku VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    sellable TINYINT(1) NOT NULL,
    on_hand BIGINT NOT NULL,
    reserved BIGINT NOT NULL,
    version BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (variant_id, location),
    CONSTRAINT stock_within CHECK (0 <= reserved AND reserved <= on_hand),
    CONSTRAINT stock_variant_id_fk FOREIGN KEY (variant_id) REFERENCES variants (id),
    CONSTRAINT stock_location_fk FOREIGN KEY (location) REFERENCES stock_locations (code)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX stock_product ON stock (product_id);

CREATE TABLE stock_movements (
    id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    variant_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    location VARCHAR(40) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    quantity BIGINT NOT NULL CHECK (quantity <> 0),
    reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (reason IN ('receipt', 'adjustment', 'sale', 'return', 'correction')),
    note TEXT NOT NULL,
    order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    actor VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT stock_movements_variant_id_fk FOREIGN KEY (variant_id) REFERENCES variants (id),
    CONSTRAINT stock_movements_location_fk FOREIGN KEY (location) REFERENCES stock_locations (code)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX stock_movements_variant ON stock_movements (variant_id, id);

CREATE TABLE reservations (
    order_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL PRIMARY KEY,
    status VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (status IN ('held', 'sold', 'released', 'expired')),
    order_lines MEDIUMTEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    order_version BIGINT NOT NULL,
    version BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
CREATE INDEX reservations_due ON reservations (status, expires_at);

-- +goose Down
DROP TABLE reservations;
DROP TABLE stock_movements;
DROP TABLE stock;
DROP TABLE stock_locations;
DROP TABLE search_words;
DROP TABLE search_documents;
DROP TABLE listings;
DROP TABLE images;
DROP TABLE prices;
DROP TABLE variants;
DROP TABLE products;
DROP TABLE category_tree;
DROP TABLE categories;
