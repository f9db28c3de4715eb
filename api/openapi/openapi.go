// Package openapi holds the OpenAPI documents of the shop. The JSON files are
// generated from the operations in api/*api and committed; a test compares.
package openapi

import _ "embed"

// Public31 is the public API of the whole shop as OpenAPI 3.1.
//
//go:embed pasar.json
var Public31 []byte

// Public30 is the same as OpenAPI 3.0.3, for generators that do not read 3.1.
//
//go:embed pasar.3.0.json
var Public30 []byte
