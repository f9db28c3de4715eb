// Package paymentapi is the contract of the payment service: payments, refunds,
// the ledger and the notifications of gateways. It is also the Go SDK.
package paymentapi
