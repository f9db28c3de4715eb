package order

import (
	"context"
	"strconv"
	"strings"
	"time"

	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

const settleTimeout = 5 * time.Second

// settleHold puts the stock hold right after a checkout that took it and then
// was refused. If somebody else's checkout of the same cart was first, the hold
// under that id is that order's, and its lines are made to be the order's again.
// Where it is not known whether the order was written, the hold is left to
// expire: taking it from an order that exists would be worse.
func (s *Service) settleHold(ctx context.Context, orderID string, cause error) {
	if kind := fault.KindOf(cause); kind != fault.Conflict && kind != fault.Invalid && kind != fault.NotFound {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), settleTimeout)
	defer cancel()
	o, err := s.deps.Store.Order(ctx, orderID, WithItems)
	switch {
	case err != nil:
	case o != nil && (o.Status == StatusOpen || o.Status == StatusConfirmed):
		err = s.hold(ctx, o)
	default:
		in := &productapi.ReleaseStockInput{OrderID: orderID}
		_, err = s.deps.Catalogue.ReleaseStock(ctx, in)
	}
	if err != nil {
		s.deps.Log.WarnContext(ctx, "the stock hold of a refused checkout stays until it expires", "order_id", orderID, "error", err)
	}
}

// itemFault turns pointers to the lines of a reservation into pointers to the
// items they came from.
func (o *Order) itemFault(err error) error {
	f := fault.As(err)
	if f == nil || f.Code != productapi.CodeInsufficientStock && f.Code != productapi.CodeVariantNotSellable {
		return err
	}
	mapped := *f
	mapped.Fields = make([]fault.Field, len(f.Fields))
	positions := o.byVariant()
	for i, field := range f.Fields {
		line, rest, _ := strings.Cut(strings.TrimPrefix(field.Pointer, "#/lines/"), "/")
		if n, err := strconv.Atoi(line); err == nil && n >= 0 && n < len(positions) {
			field.Pointer = "#/items/" + strconv.Itoa(positions[n]) + "/" + rest
		}
		mapped.Fields[i] = field
	}
	return &mapped
}
