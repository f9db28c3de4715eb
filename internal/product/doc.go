// Package product is the heart of the product service: the catalogue, its
// prices and pictures, and the stock that is held, sold and moved. It decides;
// the store and rest packages beside it carry.
package product
