package e2e_test

import (
	"bytes"
	"net/http"
	"strconv"
	"sync"
	"testing"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
)

// atOnce does something n times at the same moment and collects the answers.
func atOnce(n int, do func(i int) answer) []answer {
	answers := make([]answer, n)
	start := make(chan struct{})
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() {
			<-start
			answers[i] = do(i)
		})
	}
	close(start)
	all.Wait()
	return answers
}

// tally counts answers by status and code: "409 cart_already_ordered".
func tally(answers []answer) map[string]int {
	counts := map[string]int{}
	for _, a := range answers {
		counts[outcome(a)]++
	}
	return counts
}

func outcome(a answer) string {
	if a.status < 400 {
		return strconv.Itoa(a.status)
	}
	return strconv.Itoa(a.status) + " " + a.str("code")
}

// requireOnly fails for every outcome that is not among these.
func requireOnly(t *testing.T, answers []answer, outcomes ...string) {
	t.Helper()
	allowed := map[string]bool{}
	for _, o := range outcomes {
		allowed[o] = true
	}
	for _, a := range answers {
		if !allowed[outcome(a)] {
			t.Errorf("answered %d: %.300s", a.status, a.raw)
		}
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, test := range map[string]func(*testing.T, *maker){
		"one key, one order":                            sameKey,
		"one cart, one order":                           sameCart,
		"stock is never sold twice":                     hotVariant,
		"refunds stay within what was captured":         manyRefunds,
		"one refresh token, one living chain":           sameRefreshToken,
		"one order, one payment under way":              manyPayments,
		"of many first buyers of the last, one gets it": lastPiece,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := &maker{t: t, world: w}
			m.owner = m.person(api.RoleCustomer)
			test(t, m)
		})
	}
}

const parallel = 50

func sameKey(t *testing.T, m *maker) {
	b := m.cart()
	buyer := m.owner.on(t).with("Idempotency-Key", key())
	body := values{"cart_id": b.id, "expected_total": b.total}
	answers := atOnce(parallel, func(int) answer { return buyer.do("POST", "/v1/orders", body) })
	inFlight := "409 " + api.CodeIdempotencyInFlight
	requireOnly(t, answers, "201", inFlight)
	var first *answer
	originals := 0
	for i, a := range answers {
		switch {
		case a.status == http.StatusConflict:
			if seconds, err := strconv.Atoi(a.header.Get("Retry-After")); err != nil || seconds < 1 {
				t.Errorf("a 409 says to come back after %q", a.header.Get("Retry-After"))
			}
			continue
		case a.header.Get("Idempotent-Replayed") == "":
			originals++
		case a.header.Get("Idempotent-Replayed") != "true":
			t.Errorf("Idempotent-Replayed is %q", a.header.Get("Idempotent-Replayed"))
		}
		if first == nil {
			first = &answers[i]
		}
		if !bytes.Equal(a.raw, first.raw) {
			t.Errorf("two answers differ:\n%s\n%s", a.raw, first.raw)
		}
	}
	if originals != 1 {
		t.Errorf("%d answers are originals: %v", originals, tally(answers))
	}
	late := buyer.must(201, "POST", "/v1/orders", body)
	if first == nil || late.header.Get("Idempotent-Replayed") != "true" || !bytes.Equal(late.raw, first.raw) {
		t.Errorf("a late repeat is no replay: %s", late.raw)
	}
	m.requireOrders(1)
	t.Log(tally(answers))
}

// requireOrders checks how many orders the owner has.
func (m *maker) requireOrders(n int) {
	m.t.Helper()
	list := m.owner.on(m.t).must(200, "GET", "/v1/orders?limit=100", nil)
	if orders := list.at("data").([]any); len(orders) != n {
		m.t.Errorf("there are %d orders, want %d: %s", len(orders), n, list.raw)
	}
}

func sameCart(t *testing.T, m *maker) {
	g := m.product()
	b := m.cartOf(m.owner.on(t), g.variant, 2)
	body := values{"cart_id": b.id, "expected_total": b.total}
	answers := atOnce(parallel, func(int) answer {
		return m.owner.on(t).with("Idempotency-Key", key()).do("POST", "/v1/orders", body)
	})
	requireOnly(t, answers, "201", "409 "+orderapi.CodeCartOrdered)
	if made := tally(answers)["201"]; made != 1 {
		t.Errorf("%d orders were made of one cart: %v", made, tally(answers))
	}
	m.requireOrders(1)
	if reserved := m.reserved(g.variant); reserved != 2 {
		t.Errorf("%d pieces are reserved for an order of 2", reserved)
	}
}

func (m *maker) reserved(variant string) int64 {
	m.t.Helper()
	return m.root().must(200, "GET", "/v1/variants/"+variant+"/stock", nil).num("reserved")
}

func hotVariant(t *testing.T, m *maker) { sellOut(t, m, 200, 20) }

func lastPiece(t *testing.T, m *maker) { sellOut(t, m, parallel, 1) }

// sellOut lets many guests order one piece each of a variant of which there is
// less.
func sellOut(t *testing.T, m *maker, buyers, stock int) {
	t.Helper()
	slug := unique("langka")
	made := m.root().must(201, "POST", "/v1/products", values{
		"slug": slug, "status": "active", "translations": productTexts(),
		"variants": []any{values{"sku": slug, "weight_grams": 100, "prices": []any{rupiah(2500000)}}},
	})
	variant := made.str("variants.0.id")
	m.stock(variant, stock)
	baskets := make([]basket, buyers)
	atOnce(buyers, func(i int) answer {
		baskets[i] = m.cartOf(m.visitor(), variant, 1)
		return answer{}
	})
	answers := atOnce(buyers, func(i int) answer {
		b := baskets[i]
		return b.by.with("Cart-Token", b.token).with("Idempotency-Key", key()).do("POST", "/v1/orders", values{"cart_id": b.id, "expected_total": b.total})
	})
	requireOnly(t, answers, "201", "409 "+productapi.CodeInsufficientStock)
	if sold := tally(answers)["201"]; sold != stock {
		t.Errorf("%d of %d pieces were sold: %v", sold, stock, tally(answers))
	}
	left := m.root().must(200, "GET", "/v1/variants/"+variant+"/stock", nil)
	if left.num("reserved") != int64(stock) || left.num("available") != 0 || left.num("on_hand") != int64(stock) {
		t.Errorf("the stock does not add up: %s", left.raw)
	}
}

func manyRefunds(t *testing.T, m *maker) {
	order, payment := m.confirmed()
	captured := order.num("paid.amount")
	part := captured / 20 / 100 * 100 // whole rupiah: fifty of them are too much
	finance := m.world.staff[api.RoleFinance]
	answers := atOnce(parallel, func(int) answer {
		return finance.on(t).with("Idempotency-Key", key()).do("POST", "/v1/payments/"+payment+"/refunds",
			values{"amount": rupiah(part), "reason": "Rusak"})
	})
	requireOnly(t, answers, "201", "409 "+paymentapi.CodeRefundExceeds)
	fit := captured / part
	if made := int64(tally(answers)["201"]); made != fit {
		t.Errorf("%d refunds of %d were made of %d, want %d", made, part, captured, fit)
	}
	path := "/v1/payments/" + payment
	eventually(t, "the refunds arriving", func() bool {
		return finance.on(t).must(200, "GET", path, nil).num("refunded.amount") == fit*part
	})
	eventually(t, "the refunds on the order", func() bool {
		return m.owner.on(t).must(200, "GET", "/v1/orders/"+order.str("id"), nil).num("refunded.amount") == fit*part
	})
}

func sameRefreshToken(t *testing.T, m *maker) {
	p := m.signIn(m.owner.email)
	answers := atOnce(parallel, func(int) answer {
		return m.visitor().do("POST", "/v1/auth/refresh", values{"refresh_token": p.refresh})
	})
	requireOnly(t, answers, "200", "409 "+authapi.CodeRefreshSuperseded)
	if renewed := tally(answers)["200"]; renewed != 1 {
		t.Fatalf("one refresh token was exchanged %d times: %v", renewed, tally(answers))
	}
	for _, a := range answers {
		if a.status == http.StatusOK {
			m.visitor().must(200, "POST", "/v1/auth/refresh", values{"refresh_token": a.str("refresh_token")})
		}
	}
}

func manyPayments(t *testing.T, m *maker) {
	order := m.order().str("id")
	answers := atOnce(parallel, func(int) answer {
		return m.owner.on(t).with("Idempotency-Key", key()).do("POST", "/v1/payments",
			values{"order_id": order, "gateway": "simulator", "method": "card"})
	})
	requireOnly(t, answers, "201", "409 "+paymentapi.CodePaymentOpen)
	list := m.owner.on(t).must(200, "GET", "/v1/payments?order_id="+order, nil)
	if made := tally(answers)["201"]; made != 1 || len(list.at("data").([]any)) != 1 {
		t.Errorf("one order has %d payments and %d answers: %v", len(list.at("data").([]any)), made, tally(answers))
	}
}
