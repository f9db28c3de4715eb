package paymentapi

import (
	"pasar/internal/platform/rest"
)

// ListPaymentMethods says what a shop front can offer.
var ListPaymentMethods = rest.Operation[ListPaymentMethodsInput, PaymentMethodList]{
	ID: "list-payment-methods", Method: "GET", Path: "/v1/payment-methods",
	Summary: "Gateways and methods that payments can be made with",
	Needs:   rest.Public,
}

// ListPaymentMethodsInput may name a currency.
type ListPaymentMethodsInput struct {
	Currency string `query:"currency" maxLength:"3" pattern:"^([A-Z]{3})?$" doc:"Only methods that take it"`
}

// PaymentMethodList holds every method; there are few.
type PaymentMethodList struct {
	Data []PaymentMethod `json:"data" nullable:"false"`
}

// PaymentMethod is one way to pay.
type PaymentMethod struct {
	Gateway    string   `json:"gateway" example:"simulator"`
	Method     string   `json:"method" example:"card"`
	Currencies []string `json:"currencies" nullable:"false"`
}
