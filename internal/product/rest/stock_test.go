package rest_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/product"
)

func TestStaffMoveStock(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	path := "/v1/variants/" + s.get("/v1/products/gayo").Variants[0].ID
	move := func(key, body string) answer {
		return s.do("POST", path+"/stock-movements", body, asStock, "Idempotency-Key: "+key)
	}
	s.do("POST", path+"/stock-movements", `{"quantity":5,"reason":"receipt"}`, asStock).problem(400, api.CodeIdempotencyMissing, "header.Idempotency-Key")
	first := move("k1", `{"quantity":5,"reason":"receipt","note":"truk pagi"}`)
	first.is(201)
	again := move("k1", `{"reason":"receipt","quantity":5,"note":"truk pagi"}`)
	if again.Code != 201 || again.Body.String() != first.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("replay: %d %s", again.Code, again.Body)
	}
	move("k1", `{"quantity":6,"reason":"receipt"}`).problem(422, api.CodeIdempotencyReused, "")
	if p := s.get("/v1/products/gayo"); p.Variants[0].Available != 8 {
		t.Errorf("a reader sees %d, want 8", p.Variants[0].Available)
	}
	move("k2", `{"quantity":-9,"reason":"adjustment"}`).problem(409, productapi.CodeInsufficientStock, "#/quantity")
	move("k3", `{"quantity":0,"reason":"adjustment"}`).problem(422, api.CodeInvalid, "#/quantity")
	move("k4", `{"quantity":2000000,"reason":"receipt"}`).problem(422, api.CodeInvalid, "#/quantity")
	move("k5", `{"quantity":1,"reason":"sale"}`).problem(422, api.CodeInvalid, "#/reason")
	move("k6", `{"quantity":1,"reason":"receipt","location":"bulan"}`).problem(422, api.CodeInvalid, "#/location")
	move("k7", `{"quantity":-8,"reason":"correction"}`).is(201)
	var stock productapi.Stock
	s.do("GET", path+"/stock", "", asStock).into(200, &stock)
	if stock.OnHand != 0 || stock.Available != 0 || len(stock.Locations) != 1 || stock.Locations[0].Location != "main" {
		t.Errorf("stock: %+v", stock)
	}
	var quantities []int64
	cursor := ""
	for page := 0; ; page++ {
		var l productapi.StockMovementList
		s.do("GET", fmt.Sprintf("%s/stock-movements?limit=1&cursor=%s", path, cursor), "", asStock).into(200, &l)
		for _, m := range l.Data {
			quantities = append(quantities, m.Quantity)
		}
		if cursor = l.Page.NextCursor; !l.Page.HasMore || page > 5 {
			break
		}
	}
	if fmt.Sprint(quantities) != "[-8 5 3]" {
		t.Errorf("the ledger reads %v", quantities)
	}
	var receipts productapi.StockMovementList
	s.do("GET", path+"/stock-movements?reason=receipt", "", asStock).into(200, &receipts)
	if len(receipts.Data) != 2 || receipts.Data[0].Actor != "usr_stock" || receipts.Data[0].Note != "truk pagi" {
		t.Errorf("receipts: %+v", receipts.Data)
	}
}

func TestSameKeyAtOnce(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	path := "/v1/variants/" + s.get("/v1/products/gayo").Variants[0].ID + "/stock-movements"
	var working sync.WaitGroup
	for range 20 {
		working.Go(func() {
			a := s.do("POST", path, `{"quantity":5,"reason":"receipt"}`, asStock, "Idempotency-Key: once")
			if a.Code != 201 && a.Code != 409 {
				t.Errorf("%d %s", a.Code, a.Body)
			}
		})
	}
	working.Wait()
	if p := s.get("/v1/products/gayo"); p.Variants[0].Available != 8 {
		t.Errorf("%d available, want 8", p.Variants[0].Available)
	}
}

// The internal operations keep the same promises in one process and over HTTP.
func TestInternalContract(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		internalContract(t, s, s.server)
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		s := newShop(t)
		internalContract(t, s, s.client("order-key"))
	})
}

func internalContract(t *testing.T, s *shop, sibling productapi.Internal) {
	gayo := thing("gayo", "kopi", "Gayo", 45000, 10)
	gayo.Options = []product.Option{{Code: "size", Name: product.Text{ID: "Ukuran", EN: "Size"}, Values: []product.OptionValue{
		{Code: "s", Name: product.Text{ID: "kecil", EN: "small"}}, {Code: "l", Name: product.Text{ID: "besar", EN: "large"}},
	}}}
	gayo.Variants[0].Options = map[string]string{"size": "s"}
	gayo.Variants = append(gayo.Variants, product.ImportVariant{
		SKU: "GAYO-L", Options: map[string]string{"size": "l"}, WeightGrams: 1000, Stock: 1,
		Prices: []api.Money{{Amount: 16_000_000, Currency: "IDR"}},
	})
	s.seed(gayo)
	variants := s.get("/v1/products/gayo").Variants
	small, large := variants[0].ID, variants[1].ID

	quotes := func(currency, language string) map[string]productapi.Quote {
		t.Helper()
		in := &productapi.QuoteVariantsInput{}
		in.Body.VariantIDs, in.Body.Currency, in.Body.Language = []string{large, small, "var_01jd5k9q2r3s4t5v6w7x8y9z0a", small}, currency, language
		l, err := sibling.QuoteVariants(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		byID := map[string]productapi.Quote{}
		for _, q := range l.Data {
			byID[q.VariantID] = q
		}
		if len(l.Data) != 2 || len(byID) != 2 {
			t.Fatalf("quotes: %+v", l.Data)
		}
		return byID
	}
	q := quotes("IDR", "en")[large]
	if q.Name != "Gayo (English)" || q.Options != "large" || q.Price != (api.Money{Amount: 16_000_000, Currency: "IDR"}) ||
		!q.Sellable || q.Available != 1 || q.WeightGrams != 1000 || q.SKU != "GAYO-L" || q.Slug != "gayo" {
		t.Errorf("quote: %+v", q)
	}
	if q := quotes("IDR", "")[small]; q.Name != "Gayo" || q.Options != "kecil" {
		t.Errorf("without a language: %+v", q)
	}
	if q := quotes("USD", "id"); q[large].Sellable || !q[small].Sellable || q[large].Price.Currency != "USD" {
		t.Errorf("in dollars: %+v", q)
	}

	id := api.NewID(api.PrefixOrder)
	expires := time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	reserve := func(orderID string, lines ...productapi.StockLine) (*productapi.Reservation, error) {
		in := &productapi.ReserveStockInput{}
		in.Body.OrderID, in.Body.Lines, in.Body.ExpiresAt = orderID, lines, expires
		return sibling.ReserveStock(t.Context(), in)
	}
	for range 2 {
		r, err := reserve(id, productapi.StockLine{VariantID: small, Quantity: 1}, productapi.StockLine{VariantID: small, Quantity: 2}, productapi.StockLine{VariantID: large, Quantity: 1})
		if err != nil {
			t.Fatal(err)
		}
		if r.OrderID != id || r.Status != "held" || len(r.Lines) != 2 || !r.ExpiresAt.Equal(expires) {
			t.Errorf("reservation: %+v", r)
		}
	}
	if p := s.get("/v1/products/gayo"); p.Variants[0].Available != 7 || p.Variants[1].Available != 0 {
		t.Errorf("readers see %+v", p.Variants)
	}
	if l := s.list(""); l.Data[0].Variants[0].Available != 7 {
		t.Errorf("lists show %+v", l.Data[0].Variants)
	}
	if q := quotes("IDR", "id"); q[small].Available != 7 {
		t.Errorf("quotes say %+v", q[small])
	}
	_, err := reserve(api.NewID(api.PrefixOrder), productapi.StockLine{VariantID: large, Quantity: 2})
	f := fault.As(err)
	if f == nil || f.Code != productapi.CodeInsufficientStock || f.Kind != fault.Conflict || f.Extra["shortages"] == nil ||
		len(f.Fields) != 1 || f.Fields[0].Pointer != "#/lines/0/quantity" {
		t.Errorf("short: %+v", f)
	}
	if _, err := reserve(api.NewID(api.PrefixOrder), productapi.StockLine{VariantID: "var_01jd5k9q2r3s4t5v6w7x8y9z0a", Quantity: 1}); !fault.HasCode(err, productapi.CodeVariantNotSellable) {
		t.Errorf("unknown variant: %v", err)
	}
	for name, lines := range map[string][]productapi.StockLine{
		"none": {}, "zero": {{VariantID: small}}, "negative": {{VariantID: small, Quantity: -1}}, "huge": {{VariantID: small, Quantity: 10_001}},
	} {
		if _, err := reserve(api.NewID(api.PrefixOrder), lines...); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	for range 2 {
		if _, err := sibling.ReleaseStock(t.Context(), &productapi.ReleaseStockInput{OrderID: id}); err != nil {
			t.Fatal(err)
		}
	}
	if q := quotes("IDR", "id"); q[small].Available != 10 {
		t.Errorf("after the release: %+v", q[small])
	}
	in := &productapi.QuoteVariantsInput{}
	in.Body.VariantIDs, in.Body.Currency = []string{small}, "XTS"
	if _, err := sibling.QuoteVariants(t.Context(), in); fault.KindOf(err) != fault.Invalid {
		t.Errorf("an unknown currency: %v", err)
	}
}

func TestOnlySiblingsReserve(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	in := &productapi.ReleaseStockInput{OrderID: api.NewID(api.PrefixOrder)}
	if _, err := s.client("guess").ReleaseStock(t.Context(), in); err == nil {
		t.Error("a wrong key released stock")
	}
	s.do("POST", "/internal/v1/reservations/"+in.OrderID+"/release", "", asStock).problem(401, api.CodeUnauthenticated, "")
}
