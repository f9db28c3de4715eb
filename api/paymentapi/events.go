package paymentapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/events"
)

// Events of the payment service.
var (
	PaymentCaptured = events.Type[CapturedData]{
		Name: "pasar.payment.captured.v1", Summary: "Money for an order arrived",
	}
	PaymentFailed = events.Type[FailedData]{
		Name: "pasar.payment.failed.v1", Summary: "An attempt to pay ended without money: declined, cancelled or abandoned",
	}
	PaymentRefunded = events.Type[RefundedData]{
		Name: "pasar.payment.refunded.v1", Summary: "The gateway sent money back to the customer",
	}
	RefundFailed = events.Type[RefundFailedData]{
		Name: "pasar.payment.refund_failed.v1", Summary: "The gateway refused a refund; staff must look at it",
	}
	WebhookReceived = events.Type[WebhookReceivedData]{
		Name: "pasar.payment.webhook_received.v1", Summary: "A verified gateway notification is stored and waits to be worked on",
	}
)

// CapturedData is one capture. CapturedTotal is the payment's sum after it.
type CapturedData struct {
	PaymentID     string    `json:"payment_id"`
	OrderID       string    `json:"order_id"`
	Gateway       string    `json:"gateway"`
	Amount        api.Money `json:"amount"`
	CapturedTotal api.Money `json:"captured_total"`
	CapturedAt    time.Time `json:"captured_at"`
}

// FailedData says why an attempt ended.
type FailedData struct {
	PaymentID string `json:"payment_id"`
	OrderID   string `json:"order_id"`
	Gateway   string `json:"gateway"`
	Reason    string `json:"reason"`
}

// RefundedData is one refund that succeeded. RefundedTotal is the payment's
// sum after it.
type RefundedData struct {
	RefundID      string    `json:"refund_id"`
	PaymentID     string    `json:"payment_id"`
	OrderID       string    `json:"order_id"`
	Amount        api.Money `json:"amount"`
	RefundedTotal api.Money `json:"refunded_total"`
	Reason        string    `json:"reason"`
}

// RefundFailedData says why money could not be sent back.
type RefundFailedData struct {
	RefundID  string    `json:"refund_id"`
	PaymentID string    `json:"payment_id"`
	OrderID   string    `json:"order_id"`
	Amount    api.Money `json:"amount"`
	Reason    string    `json:"reason"`
}

// WebhookReceivedData names the stored notification.
type WebhookReceivedData struct {
	Gateway   string `json:"gateway"`
	WebhookID string `json:"webhook_id"`
}
