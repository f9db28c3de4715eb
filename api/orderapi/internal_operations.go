package orderapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// GetPayable is for the payment service: what is owed for an order, if the
// forwarded caller (access token or Cart-Token) may pay for it.
var GetPayable = rest.Operation[GetPayableInput, Payable]{
	ID: "get-payable", Method: "GET", Path: "/internal/v1/orders/{id}/payable",
	Summary: "What is owed for an order, judged for the caller it is asked for",
	Needs:   rest.Internal(api.ScopeOrderInternal),
}

// GetPayableInput names the order and carries the guest's proof.
type GetPayableInput struct {
	ID        string `path:"id" prefix:"ord"`
	CartToken string `header:"Cart-Token" maxLength:"128"`
}

// Payable is an order as the payment service sees it.
type Payable struct {
	OrderID       string    `json:"order_id"`
	Number        string    `json:"number"`
	UserID        string    `json:"user_id,omitempty"`
	CartTokenHash string    `json:"cart_token_hash" doc:"Hex SHA-256 of the cart token: lets a guest read the payment"`
	Email         string    `json:"email"`
	Language      string    `json:"language" enum:"id,en"`
	Status        string    `json:"status" enum:"open,confirmed,completed,cancelled,expired"`
	PaymentStatus string    `json:"payment_status"`
	Due           api.Money `json:"due"`
	ExpiresAt     time.Time `json:"expires_at"`
	TraceParent   string    `json:"traceparent,omitempty" doc:"Trace of the checkout; the payment goes on in it"`
}
