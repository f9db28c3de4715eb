package simulator

import (
	"fmt"
	"time"

	"pasar/internal/payment"
)

// chargeDocument is a charge as the gateway writes it.
type chargeDocument struct {
	ID          string           `json:"id"`
	Reference   string           `json:"reference"`
	Amount      int64            `json:"amount"`
	Currency    string           `json:"currency"`
	Method      string           `json:"method"`
	Status      string           `json:"status"`
	Authorized  int64            `json:"authorized_amount"`
	Captured    int64            `json:"captured_amount"`
	FailureCode string           `json:"failure_code"`
	PayURL      string           `json:"pay_url"`
	VANumber    string           `json:"va_number"`
	QRString    string           `json:"qr_string"`
	Refunds     []refundDocument `json:"refunds"`
	UpdatedAt   time.Time        `json:"updated_at"`
}

type refundDocument struct {
	Reference   string    `json:"reference"`
	Amount      int64     `json:"amount"`
	Status      string    `json:"status"`
	FailureCode string    `json:"failure_code"`
	UpdatedAt   time.Time `json:"updated_at"`
}

var statuses = map[string]payment.Status{
	"pending":    payment.RequiresAction,
	"authorized": payment.Authorized,
	"captured":   payment.Captured,
	"failed":     payment.Failed,
	"cancelled":  payment.Cancelled,
	"expired":    payment.Cancelled,
}

var refundStatuses = map[string]payment.RefundStatus{
	"pending":   payment.RefundPending,
	"succeeded": payment.RefundSucceeded,
	"failed":    payment.RefundFailed,
}

// charge translates. What cannot be translated is an error, never a guess.
func (d chargeDocument) charge() (payment.Charge, error) {
	status, ok := statuses[d.Status]
	if !ok {
		return payment.Charge{}, fmt.Errorf("charge %s has the unknown status %q", d.ID, d.Status)
	}
	c := payment.Charge{GatewayID: d.ID, Status: status, Action: d.action(), At: d.UpdatedAt}
	if d.FailureCode != "" {
		c.Failure = payment.Failure{Code: d.FailureCode}
	}
	amount, err := fromUnits(d.Amount, d.Currency)
	if err != nil {
		return payment.Charge{}, err
	}
	authorized, err := fromUnits(d.Authorized, d.Currency)
	if err != nil {
		return payment.Charge{}, err
	}
	captured, err := fromUnits(d.Captured, d.Currency)
	if err != nil {
		return payment.Charge{}, err
	}
	c.Amount, c.Authorized, c.Captured = amount, authorized.Amount, captured.Amount
	for _, r := range d.Refunds {
		refund, err := r.refund(d.Currency)
		if err != nil {
			return payment.Charge{}, err
		}
		c.Refunds = append(c.Refunds, refund)
	}
	return c, nil
}

func (d refundDocument) refund(currency string) (payment.ChargeRefund, error) {
	status, ok := refundStatuses[d.Status]
	if !ok {
		return payment.ChargeRefund{}, fmt.Errorf("refund %s has the unknown status %q", d.Reference, d.Status)
	}
	amount, err := fromUnits(d.Amount, currency)
	if err != nil {
		return payment.ChargeRefund{}, err
	}
	refund := payment.ChargeRefund{ID: d.Reference, Status: status, Amount: amount, At: d.UpdatedAt}
	if d.FailureCode != "" {
		refund.Failure = payment.Failure{Code: d.FailureCode}
	}
	return refund, nil
}

// action is what the customer has to do, while they have to.
func (d chargeDocument) action() *payment.Action {
	if d.Status != "pending" {
		return nil
	}
	switch d.Method {
	case "bank_transfer":
		return &payment.Action{Type: "bank_transfer", URL: d.PayURL, AccountNumber: d.VANumber}
	case "qris":
		return &payment.Action{Type: "qr_code", URL: d.PayURL, QRString: d.QRString}
	}
	return &payment.Action{Type: "redirect", URL: d.PayURL}
}
