package simulator

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"

	"pasar/api"
)

// unitDecimals is how many decimals the gateway counts in. It differs from ISO
// 4217 for the rupiah: whole rupiah here, two decimals there.
var unitDecimals = map[string]int{"IDR": 0, "JPY": 0, "USD": 2, "EUR": 2, "SGD": 2, "KWD": 3}

func currencies() []string { return slices.Sorted(maps.Keys(unitDecimals)) }

var (
	errCurrency = errors.New("it does not take the currency")
	errFraction = errors.New("it takes no fractions of its unit")
)

// factor is how many ISO minor units make one unit of the gateway.
func factor(currency string) (int64, error) {
	decimals, taken := unitDecimals[currency]
	exponent, known := api.CurrencyExponent(currency)
	if !taken || !known {
		return 0, fmt.Errorf("%w %s", errCurrency, currency)
	}
	factor := int64(1)
	for range exponent - decimals {
		factor *= 10
	}
	return factor, nil
}

// toUnits converts ISO minor units to the gateway's unit. It refuses to round:
// a payment of another amount is another payment.
func toUnits(amount api.Money) (int64, error) {
	f, err := factor(amount.Currency)
	if err != nil {
		return 0, err
	}
	if amount.Amount%f != 0 {
		return 0, fmt.Errorf("%w: %d %s is not a multiple of %d minor units", errFraction, amount.Amount, amount.Currency, f)
	}
	return amount.Amount / f, nil
}

// fromUnits converts the gateway's unit to ISO minor units.
func fromUnits(units int64, currency string) (api.Money, error) {
	f, err := factor(currency)
	if err != nil {
		return api.Money{}, err
	}
	if units > math.MaxInt64/f || units < math.MinInt64/f {
		return api.Money{}, fmt.Errorf("%d of the gateway's %s: %w", units, currency, api.ErrOverflow)
	}
	return api.Money{Amount: units * f, Currency: currency}, nil
}
