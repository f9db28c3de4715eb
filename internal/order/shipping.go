package order

import "pasar/api"

// ShippingMethod is one way to the customer, as data.
type ShippingMethod struct {
	Code      string
	Names     map[string]string // by language
	Currency  string
	Pickup    bool // the customer comes; no address, no price
	MaxGrams  int64
	PerZone   map[Zone]ShippingRate
	PickupFee int64
}

// ShippingRate is what a parcel to a zone costs: every kilogram begun counts,
// the first one always.
type ShippingRate struct {
	Flat    int64
	PerKg   int64
	MinDays int
	MaxDays int
}

// ShippingQuote is a method with its price for one cart.
type ShippingQuote struct {
	Method  ShippingMethod
	Price   api.Money
	MinDays int
	MaxDays int
}

// offer prices the method for a parcel; ok is false where it does not go.
func (m ShippingMethod) offer(currency string, to *Address, grams int64) (quote ShippingQuote, ok bool) {
	if m.Currency != currency || m.MaxGrams > 0 && grams > m.MaxGrams {
		return ShippingQuote{}, false
	}
	if m.Pickup {
		return ShippingQuote{Method: m, Price: api.Money{Amount: m.PickupFee, Currency: currency}}, true
	}
	if to == nil || to.Country != homeCountry {
		return ShippingQuote{}, false
	}
	province, known := findProvince(to.Province)
	rate, goes := m.PerZone[province.Zone]
	if !known || !goes {
		return ShippingQuote{}, false
	}
	kilograms := max(1, (grams+999)/1000)
	return ShippingQuote{
		Method: m, MinDays: rate.MinDays, MaxDays: rate.MaxDays,
		Price: api.Money{Amount: rate.Flat + rate.PerKg*kilograms, Currency: currency},
	}, true
}

// Name is for people.
func (m ShippingMethod) Name(language string) string {
	if name, ok := m.Names[language]; ok {
		return name
	}
	return m.Names["id"]
}

func findShipping(methods []ShippingMethod, code string) (ShippingMethod, bool) {
	for _, m := range methods {
		if m.Code == code {
			return m, true
		}
	}
	return ShippingMethod{}, false
}

// DefaultShipping is the price list of a shop that ships from Jakarta.
func DefaultShipping() []ShippingMethod {
	return []ShippingMethod{
		{
			Code: "regular", Currency: "IDR", MaxGrams: 50_000,
			Names: map[string]string{"id": "Reguler", "en": "Regular"},
			PerZone: map[Zone]ShippingRate{
				ZoneJakarta:    {Flat: 2_000_00, PerKg: 8_000_00, MinDays: 1, MaxDays: 2},
				ZoneJawa:       {Flat: 3_000_00, PerKg: 12_000_00, MinDays: 2, MaxDays: 4},
				ZoneSumatera:   {Flat: 4_000_00, PerKg: 22_000_00, MinDays: 3, MaxDays: 6},
				ZoneBali:       {Flat: 4_000_00, PerKg: 20_000_00, MinDays: 3, MaxDays: 6},
				ZoneKalimantan: {Flat: 5_000_00, PerKg: 30_000_00, MinDays: 3, MaxDays: 7},
				ZoneSulawesi:   {Flat: 5_000_00, PerKg: 34_000_00, MinDays: 4, MaxDays: 8},
				ZoneMaluku:     {Flat: 6_000_00, PerKg: 52_000_00, MinDays: 5, MaxDays: 10},
				ZonePapua:      {Flat: 6_000_00, PerKg: 75_000_00, MinDays: 6, MaxDays: 14},
			},
		},
		{
			Code: "express", Currency: "IDR", MaxGrams: 20_000,
			Names: map[string]string{"id": "Kilat", "en": "Express"},
			PerZone: map[Zone]ShippingRate{
				ZoneJakarta:    {Flat: 5_000_00, PerKg: 14_000_00, MinDays: 1, MaxDays: 1},
				ZoneJawa:       {Flat: 6_000_00, PerKg: 22_000_00, MinDays: 1, MaxDays: 2},
				ZoneSumatera:   {Flat: 8_000_00, PerKg: 38_000_00, MinDays: 1, MaxDays: 3},
				ZoneBali:       {Flat: 8_000_00, PerKg: 34_000_00, MinDays: 1, MaxDays: 2},
				ZoneKalimantan: {Flat: 9_000_00, PerKg: 48_000_00, MinDays: 2, MaxDays: 3},
				ZoneSulawesi:   {Flat: 9_000_00, PerKg: 52_000_00, MinDays: 2, MaxDays: 4},
				ZoneMaluku:     {Flat: 10_000_00, PerKg: 84_000_00, MinDays: 3, MaxDays: 5},
				ZonePapua:      {Flat: 10_000_00, PerKg: 118_000_00, MinDays: 3, MaxDays: 6},
			},
		},
		{
			Code: "same-day", Currency: "IDR", MaxGrams: 10_000,
			Names:   map[string]string{"id": "Hari yang sama", "en": "Same day"},
			PerZone: map[Zone]ShippingRate{ZoneJakarta: {Flat: 15_000_00, PerKg: 5_000_00}},
		},
		{
			Code: "pickup", Currency: "IDR", Pickup: true,
			Names: map[string]string{"id": "Ambil di toko", "en": "Pick up at the shop"},
		},
	}
}
