package payment

// Reasons for a person to look at a payment.
const (
	ReviewAmount   = "amount_differs"   // the gateway charges another amount than we asked for
	ReviewCurrency = "currency_differs" // it charges in another currency: nothing was booked
	ReviewOverpaid = "overpaid"
	ReviewUnder    = "underpaid"
	ReviewRefund   = "refund_unknown" // it refunded what we did not ask for
	ReviewReversed = "refund_reversed"
	ReviewUnsent   = "refund_failed" // money that was to go back has not
)

// Effect is what news changed.
type Effect struct {
	Changed  bool
	Captured int64 // newly arrived money
	Ended    bool  // it will take no money any more
}

// Learn applies what a gateway says. It is a join: amounts only grow and
// statuses only rise, so any order and any number of repeats of the same news
// end in the same payment.
func (p *Payment) Learn(c Charge) Effect {
	before := p.Status
	var effect Effect
	if c.Amount.Currency != p.Amount.Currency {
		effect.Changed = p.flag(ReviewCurrency)
		return effect
	}
	if p.GatewayID == "" && c.GatewayID != "" {
		p.GatewayID = c.GatewayID
		effect.Changed = true
	}
	if c.Amount != p.Amount && p.flag(ReviewAmount) {
		effect.Changed = true
	}
	if c.Authorized > p.Authorized {
		p.Authorized = c.Authorized
		effect.Changed = true
	}
	switch {
	case c.Captured > p.Captured:
		effect.Captured = c.Captured - p.Captured
		p.Captured = c.Captured
		p.Status = Captured
		p.Failure = Failure{}
		p.judgeSum()
	case c.Status.rank() > p.Status.rank() && c.Status != Captured:
		p.Status = c.Status
		p.Failure = c.Failure
		effect.Ended = !p.Open()
	}
	if p.Status != before || effect.Captured > 0 {
		effect.Changed = true
	}
	return p.learnAction(c, effect)
}

// learnAction keeps what the customer has to do while there is something.
func (p *Payment) learnAction(c Charge, effect Effect) Effect {
	switch {
	case p.Status != RequiresAction:
		p.Action = nil
	case p.Action == nil && c.Status == RequiresAction && c.Action != nil:
		p.Action = c.Action
		effect.Changed = true
	}
	return effect
}

// judgeSum flags sums that were not asked for. Less than the amount is right
// only where staff choose how much of an authorization to take.
func (p *Payment) judgeSum() {
	switch {
	case p.Captured > p.Amount.Amount:
		p.flag(ReviewOverpaid)
	case p.Captured < p.Amount.Amount && p.Authorized == 0:
		p.flag(ReviewUnder)
	}
}

// flag asks for a person, keeping the first reason. It reports whether that is new.
func (p *Payment) flag(reason string) bool {
	if p.Review != "" {
		return false
	}
	p.Review = reason
	return true
}
