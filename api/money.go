package api

import (
	"errors"
	"fmt"
	"math"
)

// Money is an amount in ISO 4217 minor units: {"amount": 1299000, "currency":
// "IDR"} is twelve thousand nine hundred and ninety rupiah, because ISO gives
// the rupiah two decimals even though people and gateways use none.
type Money struct {
	Amount   int64  `json:"amount" doc:"Amount in ISO 4217 minor units" example:"1299000"`
	Currency string `json:"currency" doc:"ISO 4217 code" pattern:"^[A-Z]{3}$" minLength:"3" maxLength:"3" example:"IDR"`
}

// ErrCurrency is returned by arithmetic on two currencies.
var ErrCurrency = errors.New("api: amounts have different currencies")

// ErrOverflow is returned when a sum or product does not fit in an int64.
var ErrOverflow = errors.New("api: amount overflows")

// Exponents of the currencies the shop can sell in, from ISO 4217.
var exponents = map[string]int{
	"IDR": 2, "USD": 2, "EUR": 2, "SGD": 2, "MYR": 2, "AUD": 2, "GBP": 2,
	"JPY": 0, "KRW": 0, "VND": 0,
	"KWD": 3, "BHD": 3,
}

// CurrencyExponent returns the ISO 4217 number of decimals of a currency; ok
// is false for one the shop does not sell in.
func CurrencyExponent(currency string) (exponent int, ok bool) {
	exponent, ok = exponents[currency]
	return exponent, ok
}

// Add returns m + o.
func (m Money) Add(o Money) (Money, error) {
	if m.Currency != o.Currency {
		return Money{}, fmt.Errorf("%w: %s and %s", ErrCurrency, m.Currency, o.Currency)
	}
	sum := m.Amount + o.Amount
	if (o.Amount > 0 && sum < m.Amount) || (o.Amount < 0 && sum > m.Amount) {
		return Money{}, ErrOverflow
	}
	return Money{Amount: sum, Currency: m.Currency}, nil
}

// Sub returns m - o.
func (m Money) Sub(o Money) (Money, error) {
	if o.Amount == math.MinInt64 {
		return Money{}, ErrOverflow
	}
	return m.Add(Money{Amount: -o.Amount, Currency: o.Currency})
}

// Times returns m × n.
func (m Money) Times(n int64) (Money, error) {
	if n != 0 && m.Amount != 0 {
		product := m.Amount * n
		if product/n != m.Amount || (m.Amount == math.MinInt64 && n == -1) {
			return Money{}, ErrOverflow
		}
		return Money{Amount: product, Currency: m.Currency}, nil
	}
	return Money{Currency: m.Currency}, nil
}
