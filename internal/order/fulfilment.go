package order

import (
	"fmt"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/fault"
)

// FulfillmentStatus is the sum of what was handed over.
type FulfillmentStatus string

// Fulfilment statuses.
const (
	Unfulfilled        FulfillmentStatus = "unfulfilled"
	PartiallyFulfilled FulfillmentStatus = "partially_fulfilled"
	Fulfilled          FulfillmentStatus = "fulfilled"
)

// Fulfilment is goods that left with a carrier.
type Fulfilment struct {
	ID       string
	Carrier  string
	Tracking string
	ActorID  string
	Lines    []FulfilmentLine
	At       time.Time
}

// FulfilmentLine is a quantity of one item.
type FulfilmentLine struct {
	ItemID   string
	Quantity int64
}

const prefixFulfilment = "ful"

// DeriveFulfillmentStatus reads the status off the sums.
func DeriveFulfillmentStatus(ordered, fulfilled int64) FulfillmentStatus {
	switch {
	case fulfilled == 0:
		return Unfulfilled
	case fulfilled < ordered:
		return PartiallyFulfilled
	}
	return Fulfilled
}

// FulfillmentStatus is derived from what was handed over.
func (o *Order) FulfillmentStatus() FulfillmentStatus {
	var ordered, fulfilled int64
	for _, item := range o.Items {
		ordered += item.Quantity
		fulfilled += item.Fulfilled
	}
	return DeriveFulfillmentStatus(ordered, fulfilled)
}

// Fulfil hands goods over: those named, or for no lines all that are left. The
// order is completed with the last of them.
func (o *Order) Fulfil(f Fulfilment, now time.Time) error {
	if o.Status != StatusConfirmed || o.PaymentStatus() == Refunded {
		return fault.New(fault.Conflict, orderapi.CodeOrderNotFulfillable,
			"Only a confirmed order whose money the shop has can be fulfilled; this one is %s and %s.", o.Status, o.PaymentStatus())
	}
	if len(f.Lines) == 0 {
		f.Lines = o.left()
	}
	if err := o.hand(f.Lines); err != nil {
		return err
	}
	f.ID, f.At = api.NewID(prefixFulfilment), now
	o.Fulfilments = append(o.Fulfilments, f)
	o.Changes.Fulfilment = &f
	o.note(Entry{At: now, Kind: EntryFulfilled, By: ByStaff, ActorID: f.ActorID, Reference: f.ID, Note: f.Carrier})
	o.tell(fulfilled(f))
	if o.FulfillmentStatus() == Fulfilled {
		o.move(StatusCompleted, now)
		o.note(Entry{At: now, Kind: EntryCompleted, By: ByShop})
	}
	return nil
}

// left lists what was not handed over yet.
func (o *Order) left() []FulfilmentLine {
	var lines []FulfilmentLine
	for _, item := range o.Items {
		if open := item.Quantity - item.Fulfilled; open > 0 {
			lines = append(lines, FulfilmentLine{ItemID: item.ID, Quantity: open})
		}
	}
	return lines
}

// hand counts lines as handed over, all or none.
func (o *Order) hand(lines []FulfilmentLine) error {
	index := make(map[string]int, len(o.Items))
	for i, item := range o.Items {
		index[item.ID] = i
	}
	sums := make(map[string]int64, len(lines))
	for n, line := range lines {
		pointer := fmt.Sprintf("#/lines/%d", n)
		i, known := index[line.ItemID]
		switch {
		case !known:
			return fault.New(fault.Invalid, api.CodeInvalid, "Line %d names an item that is not of this order.", n+1).
				At(pointer+"/item_id", api.CodeNotFound, "not an item of this order")
		case line.Quantity < 1:
			return fault.New(fault.Invalid, api.CodeInvalid, "Line %d hands over nothing.", n+1).
				At(pointer+"/quantity", "out_of_range", "at least 1")
		case sums[line.ItemID] != 0:
			return fault.New(fault.Invalid, api.CodeInvalid, "Line %d repeats an item.", n+1).
				At(pointer+"/item_id", "not_unique", "each item once")
		}
		if open := o.Items[i].Quantity - o.Items[i].Fulfilled; line.Quantity > open {
			return fault.New(fault.Conflict, orderapi.CodeFulfilmentExceedsLine, "Of %s only %d are left to hand over.", o.Items[i].SKU, open).
				At(pointer+"/quantity", orderapi.CodeFulfilmentExceedsLine, fmt.Sprintf("at most %d", open))
		}
		sums[line.ItemID] = line.Quantity
	}
	for id, quantity := range sums {
		o.Items[index[id]].Fulfilled += quantity
	}
	return nil
}
