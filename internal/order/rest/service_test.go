package rest_test

import (
	"context"
	"testing"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/order/ordertest"
	orderrest "pasar/internal/order/rest"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
)

// TestServiceIsTheSameInProcessAndOverHTTP buys through orderapi.Service, once
// as the implementation and once as its client.
func TestServiceIsTheSameInProcessAndOverHTTP(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		s := sqliteShop(t)
		buyThrough(t, s.catalogue, orderrest.New(s.orders), func(ctx context.Context) context.Context {
			return rest.WithActor(ctx, api.Actor{Kind: api.ActorUser, ID: users["ana"]})
		})
	})
	t.Run("over HTTP", func(t *testing.T) {
		s := sqliteShop(t)
		client := orderapi.NewClient(&rest.Caller{Service: "order", BaseURL: s.base, ServiceKey: secret.New("sibling")})
		buyThrough(t, s.catalogue, client, func(ctx context.Context) context.Context { return rest.WithBearer(ctx, "user:ana") })
	})
}

func buyThrough(t *testing.T, shelf *ordertest.Catalogue, s orderapi.Service, as func(context.Context) context.Context) {
	t.Helper()
	guest, ana := t.Context(), as(t.Context())
	create := &orderapi.CreateCartInput{}
	create.Body.Currency, create.Body.Language = "IDR", "en"
	cart, err := s.CreateCart(guest, create)
	if err != nil {
		t.Fatal(err)
	}
	proof := orderapi.CartProof{CartToken: cart.Token}
	add := &orderapi.AddCartItemInput{ID: cart.ID, CartProof: proof}
	add.Body.VariantID, add.Body.Quantity = shelf.Stock(10_000_00, 100, 5), 2
	if _, err := s.AddCartItem(guest, add); err != nil {
		t.Fatal(err)
	}
	patch := &orderapi.UpdateCartInput{ID: cart.ID, CartProof: proof}
	patch.Body.Email, patch.Body.ShippingMethod = rest.Set("sari@example.com"), rest.Set("pickup")
	ready, err := s.UpdateCart(guest, patch)
	if err != nil || len(ready.Problems) != 0 {
		t.Fatalf("%+v, %v", ready, err)
	}
	place := &orderapi.PlaceOrderInput{CartProof: proof}
	place.IdempotencyKey.IdempotencyKey = "k"
	place.Body.CartID, place.Body.ExpectedTotal = cart.ID, api.Money{Amount: 1, Currency: "IDR"}
	if _, err := s.PlaceOrder(guest, place); !fault.HasCode(err, orderapi.CodeTotalChanged) || fault.KindOf(err) != fault.Conflict || fault.As(err).Extra["total"] == nil {
		t.Errorf("a wrong total: %+v", err)
	}
	if claimed, err := s.ClaimCart(ana, &orderapi.CartInput{ID: cart.ID, CartProof: proof}); err != nil || claimed.UserID != users["ana"] {
		t.Fatalf("%+v, %v", claimed, err)
	}
	place.Body.ExpectedTotal = ready.Totals.Total
	order, err := s.PlaceOrder(ana, place)
	if err != nil || order.Total != ready.Totals.Total || order.UserID != users["ana"] {
		t.Fatalf("%+v, %v", order, err)
	}
	for who, ctx := range map[string]context.Context{"ana": ana, "guest": guest} {
		payable, err := s.GetPayable(ctx, &orderapi.GetPayableInput{ID: order.ID, CartToken: map[string]string{"guest": cart.Token}[who]})
		if err != nil || payable.Due != order.Total || payable.Number != order.Number {
			t.Errorf("%s: %+v, %v", who, payable, err)
		}
	}
	if _, err := s.GetPayable(guest, &orderapi.GetPayableInput{ID: order.ID}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody may pay: %v", err)
	}
	if list, err := s.ListOrders(ana, &orderapi.ListOrdersInput{Paging: api.Paging{Limit: 10}}); err != nil || len(list.Data) != 1 || list.Data[0].ID != order.ID {
		t.Errorf("%+v, %v", list, err)
	}
	cancel := &orderapi.CancelOrderInput{ID: order.ID}
	cancel.IdempotencyKey.IdempotencyKey = "c"
	if cancelled, err := s.CancelOrder(ana, cancel); err != nil || cancelled.Status != "cancelled" || cancelled.Version != 2 {
		t.Errorf("%+v, %v", cancelled, err)
	}
}

// TestSiblingKeepsItsOwnKeys has a checkout ask the catalogue in the same
// process: the key of the checkout must not reach it.
func TestSiblingKeepsItsOwnKeys(t *testing.T) {
	t.Parallel()
	ctx := idempotency.NewContext(t.Context(), idempotency.Request{Scope: "s", Key: "k"})
	c := orderrest.Catalogue(keyless{t: t})
	_, _ = c.QuoteVariants(ctx, nil)
	_, _ = c.ReserveStock(ctx, nil)
	_, _ = c.ReleaseStock(ctx, nil)
}

type keyless struct {
	t *testing.T
}

func (k keyless) check(ctx context.Context) {
	if request, ok := idempotency.FromContext(ctx); ok {
		k.t.Errorf("the catalogue was handed %+v", request)
	}
}

func (k keyless) QuoteVariants(ctx context.Context, _ *productapi.QuoteVariantsInput) (*productapi.QuoteList, error) {
	k.check(ctx)
	return nil, nil
}

func (k keyless) ReserveStock(ctx context.Context, _ *productapi.ReserveStockInput) (*productapi.Reservation, error) {
	k.check(ctx)
	return nil, nil
}

func (k keyless) ReleaseStock(ctx context.Context, _ *productapi.ReleaseStockInput) (*productapi.Released, error) {
	k.check(ctx)
	return nil, nil
}
