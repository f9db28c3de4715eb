package order

import (
	"math/big"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
)

var today = time.Date(2026, time.November, 23, 12, 0, 0, 0, time.UTC)

func TestTaxRuleOfTheDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ at, code string }{
		{"2022-03-31T16:59:59Z", "ppn-1984"}, {"2022-03-31T17:00:00Z", "ppn-2022"}, // midnight in Jakarta
		{"2024-12-31T16:59:59Z", "ppn-2022"}, {"2024-12-31T17:00:00Z", "ppn-2025"}, {"2026-11-23T00:00:00Z", "ppn-2025"},
	} {
		at, err := time.Parse(time.RFC3339, c.at)
		if err != nil {
			t.Fatal(err)
		}
		if got := taxRuleAt(at).Code; got != c.code {
			t.Errorf("at %s: %s, want %s", c.at, got, c.code)
		}
	}
}

func TestTaxIncludedByHand(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule  string
		price int64
		tax   int64
	}{
		{"ppn-2025", 111_000_00, 11_000_00},
		{"ppn-2022", 111_000_00, 11_000_00},
		{"ppn-1984", 110_000_00, 10_000_00},
		{"ppn-2025", 129_900_00, 12_873_00}, // 12,872.97 rupiah
		{"ppn-2025", 0, 0},
		{"ppn-2025", 4_00, 0},
		{"ppn-2025", 6_00, 1_00},
	} {
		rule := taxRules[slices.IndexFunc(taxRules, func(r TaxRule) bool { return r.Code == c.rule })]
		if got, parts := rule.included([]int64{c.price}); got != c.tax || parts[0] != c.tax {
			t.Errorf("%s of %d: %d %v, want %d", c.rule, c.price, got, parts, c.tax)
		}
	}
}

func TestTaxPartsAddUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(taxRules).Draw(t, "rule")
		amounts := rapid.SliceOfN(rapid.Int64Range(0, 1<<50), 1, 20).Draw(t, "amounts")
		total, parts := rule.included(amounts)
		num, den := rule.share()
		var sum, taxes int64
		for i, amount := range amounts {
			sum += amount
			taxes += parts[i]
			alone := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(amount), big.NewInt(num)), big.NewInt(den))
			off := new(big.Rat).Sub(new(big.Rat).SetInt64(parts[i]), alone)
			if off.Abs(off).Cmp(new(big.Rat).SetInt64(rule.RoundingTo)) >= 0 || parts[i] > amount {
				t.Fatalf("the part of %d is %d, a whole unit off", amount, parts[i])
			}
		}
		exact := new(big.Rat).SetFrac(new(big.Int).Mul(big.NewInt(sum), big.NewInt(num)), big.NewInt(den))
		off := new(big.Rat).Sub(new(big.Rat).SetInt64(total), exact)
		if taxes != total || total%rule.RoundingTo != 0 || off.Abs(off).Cmp(big.NewRat(rule.RoundingTo, 2)) > 0 {
			t.Fatalf("parts %v add up to %d; total %d of %d", parts, taxes, total, sum)
		}
	})
}

func yogyakarta() *Address {
	return &Address{
		Recipient: "Sari Dewi", Phone: "+62 812-3456-7890", Line1: "Jl. Malioboro 12", District: "Danurejan",
		City: "Yogyakarta", Province: "DI Yogyakarta", PostalCode: "55213", Country: "ID",
	}
}

func TestPriceAddsUp(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		cart := &Cart{ID: api.NewID(api.PrefixCart), Currency: "IDR", Contents: Contents{
			Email: "a@example.com", ShippingMethod: rapid.SampledFrom([]string{"regular", "express", "pickup"}).Draw(t, "method"), ShippingAddress: yogyakarta(),
		}}
		quotes := map[string]productapi.Quote{}
		for range rapid.IntRange(1, 8).Draw(t, "lines") {
			id := api.NewID(api.PrefixVariant)
			quotes[id] = productapi.Quote{
				VariantID: id, Sellable: true, WeightGrams: rapid.Int64Range(0, 20).Draw(t, "grams"),
				Price: api.Money{Amount: rapid.Int64Range(0, 1e12).Draw(t, "price"), Currency: "IDR"},
			}
			if err := cart.add(id, rapid.Int64Range(1, MaxQuantity).Draw(t, "quantity")); err != nil {
				t.Fatal(err)
			}
		}
		p, err := price(cart, quotes, DefaultShipping(), today)
		if err != nil {
			t.Fatal(err)
		}
		var subtotal, tax int64
		for _, line := range p.Lines {
			if line.Total != line.Quote.Price.Amount*line.Quantity {
				t.Fatalf("line %+v", line)
			}
			subtotal += line.Total
			tax += line.TaxIncluded
		}
		if p.Subtotal != subtotal || p.Total != subtotal+p.Shipping || p.TaxIncluded != tax+p.ShippingTax || p.ShippingTax > p.Shipping {
			t.Fatalf("%+v", p)
		}
	})
}

func TestPriceRefusesOverflow(t *testing.T) {
	t.Parallel()
	cart := &Cart{Currency: "IDR", Contents: Contents{Lines: []CartLine{{VariantID: "v", Quantity: 999}}}}
	quotes := map[string]productapi.Quote{"v": {VariantID: "v", Sellable: true, Price: api.Money{Amount: 1 << 62, Currency: "IDR"}}}
	if _, err := price(cart, quotes, nil, today); err == nil {
		t.Error("a price that does not fit was reckoned")
	}
}

func TestShippingGoesByZoneAndWeight(t *testing.T) {
	t.Parallel()
	jakarta, abroad := yogyakarta(), yogyakarta()
	jakarta.Province, abroad.Country = "DKI Jakarta", "SG"
	for _, c := range []struct {
		name  string
		to    *Address
		grams int64
		want  map[string]int64
	}{
		{"nowhere yet", nil, 100, map[string]int64{"pickup": 0}},
		{"abroad", abroad, 100, map[string]int64{"pickup": 0}},
		{"light, Java", yogyakarta(), 1, map[string]int64{"regular": 15_000_00, "express": 28_000_00, "pickup": 0}},
		{"a gram over, Java", yogyakarta(), 1001, map[string]int64{"regular": 27_000_00, "express": 50_000_00, "pickup": 0}},
		{"no weight, Jakarta", jakarta, 0, map[string]int64{"regular": 10_000_00, "express": 19_000_00, "same-day": 20_000_00, "pickup": 0}},
		{"too heavy for express", yogyakarta(), 20_001, map[string]int64{"regular": 255_000_00, "pickup": 0}},
	} {
		got := map[string]int64{}
		p := Priced{Cart: &Cart{Currency: "IDR", Contents: Contents{ShippingAddress: c.to}}, WeightGrams: c.grams}
		for _, q := range p.offers(DefaultShipping()) {
			got[q.Method.Code] = q.Price.Amount
		}
		if len(got) != len(c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		for code, price := range c.want {
			if got[code] != price {
				t.Errorf("%s: %s costs %d, want %d", c.name, code, got[code], price)
			}
		}
	}
}

func TestEveryProvinceHasShipping(t *testing.T) {
	t.Parallel()
	if len(provinces) != 38 {
		t.Errorf("%d provinces, Indonesia has 38", len(provinces))
	}
	for _, p := range provinces {
		for _, spelling := range append([]string{p.Name}, p.Aliases...) {
			to := yogyakarta()
			to.Province = "  " + spelling + " "
			normal := to.normalised()
			if _, ok := DefaultShipping()[0].offer("IDR", &normal, 500); !ok || normal.Province != p.Name {
				t.Errorf("%s (%s) has no regular shipping", spelling, normal.Province)
			}
		}
	}
}

func TestOrderableNamesWhatIsMissing(t *testing.T) {
	t.Parallel()
	quotes := map[string]productapi.Quote{"v": {VariantID: "v", Sellable: true, WeightGrams: 60_000, Price: api.Money{Amount: 100, Currency: "IDR"}}}
	line := []CartLine{{VariantID: "v", Quantity: 1}}
	for _, c := range []struct {
		name     string
		contents Contents
		code     string
		pointers []string
	}{
		{"nothing", Contents{}, orderapi.CodeCartEmpty, []string{"#/items", "#/email", "#/shipping_method", "#/shipping_address"}},
		{"lines only", Contents{Lines: line}, orderapi.CodeCartIncomplete, []string{"#/email", "#/shipping_method", "#/shipping_address"}},
		{"pickup", Contents{Lines: line, Email: "a@b.example", ShippingMethod: "pickup"}, "", nil},
		{"too heavy", Contents{Lines: line, Email: "a@b.example", ShippingMethod: "express", ShippingAddress: yogyakarta()}, orderapi.CodeShippingUnavailable, []string{"#/shipping_method"}},
		{"gone", Contents{Lines: []CartLine{{VariantID: "w", Quantity: 1}}, Email: "a@b.example", ShippingMethod: "pickup"}, productapi.CodeVariantNotSellable, []string{"#/items/0"}},
	} {
		p, err := price(&Cart{Currency: "IDR", Contents: c.contents}, quotes, DefaultShipping(), today)
		if err != nil {
			t.Fatal(err)
		}
		f := fault.As(p.orderable())
		if c.code == "" {
			if f != nil {
				t.Errorf("%s: %v", c.name, f)
			}
			continue
		}
		var pointers []string
		for _, field := range f.Fields {
			pointers = append(pointers, field.Pointer)
		}
		if f.Code != c.code || !slices.Equal(pointers, c.pointers) {
			t.Errorf("%s: %s %v, want %s %v", c.name, f.Code, pointers, c.code, c.pointers)
		}
	}
}
