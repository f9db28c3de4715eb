package paymentapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on payments.
var (
	CreatePayment = rest.Operation[CreatePaymentInput, Payment]{
		ID: "create-payment", Method: "POST", Path: "/v1/payments",
		Summary: "Start paying for an order",
		Description: "An order has at most one payment under way. While there is one, another request is 409 payment_open and names it in payment_id: " +
			"follow its next_action, or cancel it first. A gateway that refuses outright is no error: the payment is answered with status failed and its failure.",
		Needs: rest.OwnerOr(api.PermOrderWrite), Status: 201, Idempotent: true, MaxBody: 16 << 10,
		Codes: []string{
			CodeGatewayUnknown, CodeMethodUnsupported, CodeAmountUnsupported, CodeOrderNotPayable, CodePaymentOpen,
			CodeGatewayUnavailable, CodeGatewayTimeout,
		},
	}
	GetPayment = rest.Operation[PaymentInput, Payment]{
		ID: "get-payment", Method: "GET", Path: "/v1/payments/{id}",
		Summary: "Read a payment",
		Needs:   rest.OwnerOr(api.PermPaymentRead),
	}
	ListPayments = rest.Operation[ListPaymentsInput, PaymentList]{
		ID: "list-payments", Method: "GET", Path: "/v1/payments",
		Summary:     "List payments, newest first",
		Description: "Customers see their own, guests those of the cart whose Cart-Token they send, staff all.",
		Needs:       rest.OwnerOr(api.PermPaymentRead),
	}
	VerifyPayment = rest.Operation[PaymentInput, Payment]{
		ID: "verify-payment", Method: "POST", Path: "/v1/payments/{id}/verify",
		Summary:     "Ask the gateway how a payment stands and apply the answer",
		Description: "For the page that the customer returns to: it needs not wait for the gateway's notification. Repeating it is harmless.",
		Needs:       rest.OwnerOr(api.PermPaymentRead),
		Codes:       []string{CodeGatewayUnavailable, CodeGatewayTimeout},
	}
	CancelPayment = rest.Operation[PaymentInput, Payment]{
		ID: "cancel-payment", Method: "POST", Path: "/v1/payments/{id}/cancel",
		Summary:     "Give up a payment that has taken no money",
		Description: "Cancelling a cancelled payment changes nothing. Captured money goes back by a refund instead.",
		Needs:       rest.OwnerOr(api.PermPaymentCapture),
		Codes:       []string{CodePaymentState, CodeGatewayUnavailable, CodeGatewayTimeout, CodeGatewayRefused},
	}
	CapturePayment = rest.Operation[CapturePaymentInput, Payment]{
		ID: "capture-payment", Method: "POST", Path: "/v1/payments/{id}/capture",
		Summary:     "Take authorized money",
		Description: "One capture a payment, of all or a part; what is left of the authorization is released.",
		Needs:       rest.Permission(api.PermPaymentCapture), Idempotent: true, MaxBody: 4 << 10,
		Codes: []string{
			CodePaymentState, CodeCaptureExceeds, CodeCurrencyMismatch, CodeAmountUnsupported,
			CodeGatewayUnavailable, CodeGatewayTimeout, CodeGatewayRefused,
		},
	}
)

// CreatePaymentInput names the order and how to pay.
type CreatePaymentInput struct {
	rest.IdempotencyKey
	CartToken string `header:"Cart-Token" maxLength:"128" doc:"A guest's proof: the token of the cart the order came from"`
	Body      struct {
		OrderID   string `json:"order_id" prefix:"ord" maxLength:"30"`
		Gateway   string `json:"gateway" minLength:"1" maxLength:"32" pattern:"^[a-z0-9_]+$" example:"simulator"`
		Method    string `json:"method" minLength:"1" maxLength:"32" pattern:"^[a-z0-9_]+$" doc:"card, card_authorize, bank_transfer or qris at the simulator" example:"card"`
		ReturnURL string `json:"return_url,omitempty" maxLength:"2048" format:"uri" doc:"Where the gateway sends the customer afterwards: https, or http on this machine"`
	}
}

// PaymentInput names a payment and carries a guest's proof.
type PaymentInput struct {
	ID        string `path:"id" prefix:"pay"`
	CartToken string `header:"Cart-Token" maxLength:"128"`
}

// ListPaymentsInput filters payments.
type ListPaymentsInput struct {
	api.Paging
	CartToken     string    `header:"Cart-Token" maxLength:"128"`
	OrderID       string    `query:"order_id" prefix:"ord" maxLength:"30"`
	Status        string    `query:"status" enum:"pending,requires_action,authorized,captured,failed,cancelled"`
	Gateway       string    `query:"gateway" maxLength:"32" pattern:"^[a-z0-9_]*$"`
	NeedsReview   bool      `query:"needs_review" doc:"Only payments that a person must look at"`
	CreatedFrom   time.Time `query:"created_from" doc:"Made at or after"`
	CreatedBefore time.Time `query:"created_before" doc:"Made before"`
}

// CapturePaymentInput says how much to take.
type CapturePaymentInput struct {
	rest.IdempotencyKey
	ID   string `path:"id" prefix:"pay"`
	Body struct {
		Amount *api.Money `json:"amount,omitempty" doc:"All that is authorized when left out"`
	}
}

// PaymentList is one page of payments.
type PaymentList = api.List[Payment]

// Payment is one try to pay for an order. Its money is in captured and
// refunded; status says how far the try has come.
type Payment struct {
	ID         string      `json:"id" example:"pay_01k9q0v4c6z3h8m2n5r7t9w1x4"`
	OrderID    string      `json:"order_id"`
	Gateway    string      `json:"gateway" example:"simulator"`
	Method     string      `json:"method" example:"card"`
	Status     string      `json:"status" enum:"pending,requires_action,authorized,captured,failed,cancelled" doc:"pending: the gateway has not answered yet; verify or repeat the request"`
	Amount     api.Money   `json:"amount" doc:"What is to be paid"`
	Captured   api.Money   `json:"captured" doc:"What arrived"`
	Refunded   api.Money   `json:"refunded" doc:"What went back"`
	NextAction *NextAction `json:"next_action,omitempty" doc:"What the customer has to do; only while requires_action"`
	Failure    *Failure    `json:"failure,omitempty" doc:"Why it failed or was cancelled"`
	Review     string      `json:"review,omitempty" doc:"Why a person must look at it; for staff only"`
	ExpiresAt  time.Time   `json:"expires_at" doc:"When it is given up if nothing happens"`
	CreatedAt  time.Time   `json:"created_at"`
	UpdatedAt  time.Time   `json:"updated_at"`
	Version    int64       `json:"version"`
}

// ResourceVersion is the ETag.
func (p Payment) ResourceVersion() int64 { return p.Version }

// ResourcePath is the Location of a new payment.
func (p Payment) ResourcePath() string { return "/v1/payments/" + p.ID }

// NextAction is what the customer does next: open a page, transfer to an
// account number, or scan a code. The page works for every kind.
type NextAction struct {
	Type          string `json:"type" enum:"redirect,bank_transfer,qr_code"`
	URL           string `json:"url" doc:"The gateway's payment page"`
	AccountNumber string `json:"account_number,omitempty" doc:"Virtual account to transfer to"`
	QRString      string `json:"qr_string,omitempty" doc:"Text of the QR code"`
}

// Failure says why a payment or refund ended without money moving.
type Failure struct {
	Code   string `json:"code" example:"declined"`
	Detail string `json:"detail,omitempty"`
}
