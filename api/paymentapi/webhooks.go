package paymentapi

import "pasar/internal/platform/rest"

// ReceiveWebhook takes what gateways send. It verifies the signature on the
// raw bytes, stores the notification once and answers; the work follows.
var ReceiveWebhook = rest.Operation[ReceiveWebhookInput, WebhookReceipt]{
	ID: "receive-webhook", Method: "POST", Path: "/v1/webhooks/{gateway}",
	Summary:     "Take a notification of a payment gateway",
	Description: "For gateways only. A notification that is not signed by the gateway is refused and leaves no trace but a log line; one that came before is accepted and changes nothing.",
	Needs:       rest.Public, MaxBody: 64 << 10,
	Codes: []string{CodeWebhookSignature, CodeWebhookNotUnderstood},
}

// ReceiveWebhookInput is a notification as it came.
type ReceiveWebhookInput struct {
	rest.Headers
	Gateway string `path:"gateway" maxLength:"32"`
	RawBody []byte `contentType:"application/json"`
}

// WebhookReceipt tells the gateway to stop sending.
type WebhookReceipt struct {
	Received bool `json:"received"`
}
