package paymentapi

import "pasar/api"

// Problem codes of the payment service.
const (
	CodeGatewayUnknown       = "gateway_unknown"
	CodeMethodUnsupported    = "payment_method_unsupported"
	CodeAmountUnsupported    = "amount_unsupported"
	CodeOrderNotPayable      = "order_not_payable"
	CodePaymentOpen          = "payment_open"
	CodePaymentState         = "payment_state"
	CodeRefundExceeds        = "refund_exceeds_captured"
	CodeCaptureExceeds       = "capture_exceeds_authorized"
	CodeCurrencyMismatch     = "currency_mismatch"
	CodeGatewayUnavailable   = "gateway_unavailable"
	CodeGatewayTimeout       = "gateway_timeout"
	CodeGatewayRefused       = "gateway_refused"
	CodeWebhookSignature     = "webhook_signature_invalid"
	CodeWebhookNotUnderstood = "webhook_not_understood"
)

// Codes lists them for the registry.
var Codes = []api.Code{
	{Name: CodeGatewayUnknown, Status: 422, Title: "There is no such payment gateway"},
	{Name: CodeMethodUnsupported, Status: 422, Title: "The gateway does not offer this method"},
	{Name: CodeAmountUnsupported, Status: 422, Title: "The gateway cannot charge this amount"},
	{Name: CodeOrderNotPayable, Status: 409, Title: "The order cannot be paid any more"},
	{Name: CodePaymentOpen, Status: 409, Title: "The order has a payment under way"},
	{Name: CodePaymentState, Status: 409, Title: "The payment's state does not allow this"},
	{Name: CodeRefundExceeds, Status: 409, Title: "More would go back than was captured"},
	{Name: CodeCaptureExceeds, Status: 422, Title: "More would be captured than was authorized"},
	{Name: CodeCurrencyMismatch, Status: 422, Title: "The amount is not in the payment's currency"},
	{Name: CodeGatewayUnavailable, Status: 503, Title: "The payment gateway cannot be reached"},
	{Name: CodeGatewayTimeout, Status: 504, Title: "The payment gateway did not answer in time"},
	{Name: CodeGatewayRefused, Status: 409, Title: "The payment gateway refused"},
	{Name: CodeWebhookSignature, Status: 401, Title: "The signature of the notification is not valid"},
	{Name: CodeWebhookNotUnderstood, Status: 422, Title: "The notification cannot be read"},
}
