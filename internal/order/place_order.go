package order

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

// Answer makes the stored answer of an idempotent operation: its HTTP status
// and its body, byte for byte as it is sent.
type Answer func(*Order) (status int, body []byte, err error)

// PlaceOrder is the wish to order a cart.
type PlaceOrder struct {
	Caller      Caller
	CartID      string
	Expected    api.Money // the total that the customer was shown
	TraceParent string
	Answer      Answer
}

// PlaceOrder orders a cart in three steps, each safe to repeat after a crash:
// price it, hold its stock under the order's id, and write order, events,
// answer and the cart's end in one transaction. The order's id follows from the
// cart's, so a repeat finds its own hold, and a second order is impossible by
// primary key.
func (s *Service) PlaceOrder(ctx context.Context, p PlaceOrder) (*Order, error) {
	var order *Order
	held := false
	err := retryStale(func() error {
		cart, err := s.cartToOrder(ctx, p)
		if err != nil {
			return err
		}
		drafted, err := s.draft(ctx, p, cart)
		if err != nil {
			return err
		}
		if err := s.hold(ctx, drafted); err != nil {
			return err
		}
		held = true
		order = drafted
		return s.insert(ctx, p, cart, drafted)
	})
	if err == nil {
		return order, nil
	}
	if held {
		s.settleHold(ctx, api.SiblingID(api.PrefixOrder, p.CartID), err)
	}
	return nil, err
}

func (s *Service) cartToOrder(ctx context.Context, p PlaceOrder) (*Cart, error) {
	if !api.ValidID(api.PrefixCart, p.CartID) {
		return nil, noCart()
	}
	cart, err := s.findCart(ctx, p.Caller, p.CartID, api.PermOrderWrite)
	if err != nil {
		return nil, err
	}
	if cart.State != CartOpen {
		return nil, s.orderedAlready(p.Caller, cart)
	}
	return cart, nil
}

// draft prices the cart and makes the order that it would become.
func (s *Service) draft(ctx context.Context, p PlaceOrder, cart *Cart) (*Order, error) {
	priced, err := s.price(ctx, cart)
	if err != nil {
		return nil, err
	}
	if err := priced.orderable(); err != nil {
		return nil, err
	}
	if total := priced.money(priced.Total); p.Expected != total {
		return nil, fault.New(fault.Conflict, orderapi.CodeTotalChanged, "The total is not the one expected. Show the customer the new one and order again.").
			With("total", total).At("#/expected_total", orderapi.CodeTotalChanged, "not the total of the cart as it is now")
	}
	order := priced.order(s.deps.Clock.Now(), s.settings.PayWithin)
	order.TraceParent = p.TraceParent
	by := ByCustomer
	if !p.Caller.owns(cart.UserID, cart.TokenHash) {
		by = ByStaff
	}
	total := order.money(order.Total)
	order.note(Entry{At: order.PlacedAt, Kind: EntryPlaced, By: by, ActorID: p.Caller.Actor.ID, Amount: &total})
	order.tell(placed)
	if order.Total == 0 { // nothing to wait for
		order.confirm(order.PlacedAt)
	}
	return order, nil
}

// order makes the order that the priced cart describes.
func (p *Priced) order(now time.Time, payWithin time.Duration) *Order {
	contents := p.Cart.Contents
	id := api.SiblingID(api.PrefixOrder, p.Cart.ID)
	order := &Order{
		ID: id, Number: Number(id, 0), Version: 1, Status: StatusOpen,
		UserID: p.Cart.UserID, TokenHash: p.Cart.TokenHash,
		Email: contents.Email, Language: p.Cart.Language, Currency: p.Cart.Currency,
		Subtotal: p.Subtotal, Shipping: p.Shipping, ShippingTax: p.ShippingTax, TaxIncluded: p.TaxIncluded,
		Total: p.Total, TaxRule: p.TaxRule,
		ShippingMethod: contents.ShippingMethod, ShippingAddress: contents.ShippingAddress,
		BillingAddress: contents.BillingAddress, Note: contents.Note,
		PlacedAt: now, UpdatedAt: now, ExpiresAt: now.Add(payWithin),
	}
	for _, line := range p.Lines {
		order.Items = append(order.Items, Item{
			ID: line.ID, VariantID: line.VariantID, ProductID: line.Quote.ProductID,
			SKU: line.Quote.SKU, Slug: line.Quote.Slug, Name: line.Quote.Name, Options: line.Quote.Options, ImageURL: line.Quote.ImageURL,
			Quantity: line.Quantity, UnitPrice: line.Quote.Price.Amount, Total: line.Total,
			TaxIncluded: line.TaxIncluded, WeightGrams: line.Quote.WeightGrams,
		})
	}
	return order
}

// insert writes the order and all that belongs to it, and closes the cart at
// the version that was priced.
func (s *Service) insert(ctx context.Context, p PlaceOrder, cart *Cart, order *Order) error {
	version := cart.Version + 1
	for attempt := range maxTries {
		order.Number = Number(order.ID, attempt)
		err := s.deps.Store.InTx(ctx, func(tx Tx) error {
			cart.Version, cart.State, cart.UpdatedAt = version, CartOrdered, order.PlacedAt
			return s.write(tx, p, cart, order)
		})
		if !errors.Is(err, ErrExists) {
			return err
		}
		// The id or the number is taken. Only an order under this id is the cart's.
		taken, err := s.deps.Store.Order(ctx, order.ID, 0)
		if err != nil {
			return err
		}
		if taken != nil {
			return s.orderedAlready(p.Caller, cart)
		}
	}
	return fmt.Errorf("order: no free number for %s in %d attempts", order.ID, maxTries)
}

func (s *Service) write(tx Tx, p PlaceOrder, cart *Cart, order *Order) error {
	done, err := tx.UpdateCart(cart)
	if err != nil {
		return err
	}
	if !done {
		return errStale
	}
	if err := tx.InsertOrder(order); err != nil {
		return err
	}
	if err := s.publish(tx, order); err != nil {
		return err
	}
	return remember(tx, order, p.Answer)
}

func remember(tx Tx, o *Order, answer Answer) error {
	status, body, err := answer(o)
	if err != nil {
		return err
	}
	return tx.Remember(status, body)
}

// hold takes the order's stock, all lines or none.
func (s *Service) hold(ctx context.Context, o *Order) error {
	reservation, err := s.deps.Catalogue.ReserveStock(ctx, s.reservation(o, o.ExpiresAt))
	if err != nil {
		return o.itemFault(err)
	}
	if reservation.Status != "held" && reservation.Status != "sold" {
		return fmt.Errorf("order: stock for %s was answered as %s", o.ID, reservation.Status)
	}
	return nil
}

func (s *Service) reservation(o *Order, until time.Time) *productapi.ReserveStockInput {
	in := &productapi.ReserveStockInput{}
	in.Body.OrderID, in.Body.ExpiresAt = o.ID, until.Add(s.settings.HoldGrace)
	for _, i := range o.byVariant() {
		in.Body.Lines = append(in.Body.Lines, productapi.StockLine{VariantID: o.Items[i].VariantID, Quantity: o.Items[i].Quantity})
	}
	return in
}

// byVariant is the order in which stock is asked for: that of the variants, in
// which the product service takes it, so that its answers point to the same lines.
func (o *Order) byVariant() []int {
	positions := make([]int, len(o.Items))
	for i := range positions {
		positions[i] = i
	}
	slices.SortFunc(positions, func(a, b int) int { return cmp.Compare(o.Items[a].VariantID, o.Items[b].VariantID) })
	return positions
}
