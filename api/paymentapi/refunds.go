package paymentapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on refunds.
var (
	CreateRefund = rest.Operation[CreateRefundInput, Refund]{
		ID: "create-refund", Method: "POST", Path: "/v1/payments/{id}/refunds",
		Summary: "Send captured money back, all or a part",
		Description: "Refunds under way count: together they never exceed what was captured. A refund is pending until the gateway has said how it ended; " +
			"one that it refuses is answered with status failed.",
		Needs: rest.Permission(api.PermRefundCreate), Status: 201, Idempotent: true, MaxBody: 4 << 10,
		Codes: []string{CodePaymentState, CodeRefundExceeds, CodeCurrencyMismatch, CodeAmountUnsupported},
	}
	ListRefunds = rest.Operation[ListRefundsInput, RefundList]{
		ID: "list-refunds", Method: "GET", Path: "/v1/payments/{id}/refunds",
		Summary: "Refunds of a payment, newest first",
		Needs:   rest.OwnerOr(api.PermPaymentRead),
	}
)

// CreateRefundInput says how much goes back, and why.
type CreateRefundInput struct {
	rest.IdempotencyKey
	ID   string `path:"id" prefix:"pay"`
	Body struct {
		Amount api.Money `json:"amount"`
		Reason string    `json:"reason" minLength:"1" maxLength:"200" example:"damaged in transit"`
	}
}

// ListRefundsInput names the payment and carries a guest's proof.
type ListRefundsInput struct {
	api.Paging
	ID        string `path:"id" prefix:"pay"`
	CartToken string `header:"Cart-Token" maxLength:"128"`
}

// RefundList is one page of refunds.
type RefundList = api.List[Refund]

// Refund is money on its way back, or back.
type Refund struct {
	ID        string    `json:"id" example:"rfd_01k9q0v4c6z3h8m2n5r7t9w1x4"`
	PaymentID string    `json:"payment_id"`
	OrderID   string    `json:"order_id"`
	Status    string    `json:"status" enum:"pending,succeeded,failed"`
	Amount    api.Money `json:"amount"`
	Reason    string    `json:"reason"`
	Automatic bool      `json:"automatic" doc:"Made by the shop itself, because the order could not be filled"`
	Failure   *Failure  `json:"failure,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

// ResourcePath is the Location of a new refund.
func (r Refund) ResourcePath() string { return "/v1/payments/" + r.PaymentID + "/refunds" }
