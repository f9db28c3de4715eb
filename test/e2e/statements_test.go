package e2e_test

import (
	"net/http"
	"testing"
)

// checkoutBudget is how many SQL statements the checkout of one line may cost,
// in the order and product services together.
const checkoutBudget = 15

// TestPurchaseStatements prints what a purchase asks of the databases, step by
// step. Sweeps run beside it, so each step is the least of several purchases.
func TestPurchaseStatements(t *testing.T) {
	t.Parallel()
	shop := startShop(t)
	visitor := newClient(t, shop.url)
	variant := sellable(t, visitor)

	least := map[string]uint64{}
	steps := []string{"cart", "item", "address", "checkout", "payment", "read the order", "approve to confirmed"}
	for range 5 {
		cart := answer{}
		var guest *client
		var order, payment answer
		var asked uint64 // how often the order was read while waiting
		for i, step := range []func(){
			func() {
				cart = visitor.must(http.StatusCreated, "POST", "/v1/carts", map[string]any{"currency": "IDR"})
				guest = visitor.with("Cart-Token", cart.str("token"))
			},
			func() {
				guest.do("POST", "/v1/carts/"+cart.str("id")+"/items", map[string]any{"variant_id": variant, "quantity": 1})
			},
			func() { cart = guest.must(http.StatusOK, "PATCH", "/v1/carts/"+cart.str("id"), checkoutDetails()) },
			func() {
				order = guest.with("Idempotency-Key", "o-"+cart.str("id")).must(http.StatusCreated, "POST", "/v1/orders",
					map[string]any{"cart_id": cart.str("id"), "expected_total": cart.at("totals.total")})
			},
			func() {
				payment = guest.with("Idempotency-Key", "p-"+cart.str("id")).must(http.StatusCreated, "POST", "/v1/payments",
					map[string]any{"order_id": order.str("id"), "gateway": "simulator", "method": "card"})
			},
			func() { guest.must(http.StatusOK, "GET", "/v1/orders/"+order.str("id"), nil) },
			func() {
				approve(t, visitor, payment.str("next_action.url"))
				eventually(t, "the confirmation", func() bool {
					asked++
					return guest.do("GET", "/v1/orders/"+order.str("id"), nil).str("status") == "confirmed"
				})
			},
		} {
			before := shop.statements()
			step()
			cost := shop.statements() - before
			if asked > 0 {
				cost -= min(cost, asked*least["read the order"])
			}
			if known, seen := least[steps[i]]; !seen || cost < known {
				least[steps[i]] = cost
			}
		}
	}
	var total uint64
	for _, step := range steps {
		t.Logf("%-22s %3d statements", step, least[step])
		total += least[step]
	}
	t.Logf("%-22s %3d statements", "purchase", total)
	if least["checkout"] > checkoutBudget {
		t.Errorf("checkout costs %d statements, at most %d", least["checkout"], checkoutBudget)
	}
}

// statements counts what the shop's own services have asked so far, without
// the relays, which take the events of many purchases at once, and without the
// simulated gateway, which is not ours.
func (s *shop) statements() uint64 {
	var sum uint64
	for name, stats := range s.program.DatabaseStats() {
		if name != "simulator" {
			sum += stats.Statements - stats.Upkeep
		}
	}
	return sum
}
