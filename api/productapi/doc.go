// Package productapi is the contract of the product service: catalogue,
// prices, images, stock and reservations.
//
// Texts exist in Indonesian and English; a reader names one language, staff
// see both. Prices include tax. A product is one aggregate: its variants,
// prices and images change under the product's version, so the ETag of the
// product guards all of them.
package productapi
