package payment_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"pasar/api"
	"pasar/internal/payment"
)

func TestCheckBalanced(t *testing.T) {
	t.Parallel()
	entry := func(transaction, account string, side payment.Direction, amount int64, currency string) payment.Entry {
		return payment.Entry{TransactionID: transaction, Account: account, Direction: side, Amount: api.Money{Amount: amount, Currency: currency}}
	}
	cases := map[string]struct {
		entries []payment.Entry
		ok      bool
	}{
		"a pair":          {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR"), entry("a", "y", payment.Credit, 5, "IDR")}, true},
		"one to two":      {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR"), entry("a", "y", payment.Credit, 3, "IDR"), entry("a", "z", payment.Credit, 2, "IDR")}, true},
		"one side":        {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR")}, false},
		"unequal":         {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR"), entry("a", "y", payment.Credit, 4, "IDR")}, false},
		"two currencies":  {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR"), entry("a", "y", payment.Credit, 5, "USD")}, false},
		"across":          {[]payment.Entry{entry("a", "x", payment.Debit, 5, "IDR"), entry("b", "y", payment.Credit, 5, "IDR")}, false},
		"nothing":         {[]payment.Entry{entry("a", "x", payment.Debit, 0, "IDR"), entry("a", "y", payment.Credit, 0, "IDR")}, false},
		"negative":        {[]payment.Entry{entry("a", "x", payment.Debit, -5, "IDR"), entry("a", "y", payment.Credit, -5, "IDR")}, false},
		"unknown side":    {[]payment.Entry{entry("a", "x", "left", 5, "IDR"), entry("a", "y", payment.Credit, 5, "IDR")}, false},
		"no entry at all": {nil, true},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := payment.CheckBalanced(c.entries)
			if (err == nil) != c.ok || err != nil && !errors.Is(err, payment.ErrUnbalanced) {
				t.Errorf("got %v, want ok %v", err, c.ok)
			}
		})
	}
}

func TestOneEntryMoreUnbalances(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var entries []payment.Entry
		for _, amount := range rapid.SliceOfN(rapid.Int64Range(1, 1<<40), 1, 8).Draw(t, "amounts") {
			money := api.Money{Amount: amount, Currency: rapid.SampledFrom([]string{"IDR", "USD"}).Draw(t, "currency")}
			entries = append(entries,
				payment.Entry{TransactionID: "t", Direction: payment.Debit, Amount: money},
				payment.Entry{TransactionID: "t", Direction: payment.Credit, Amount: money})
		}
		entries = rapid.Permutation(entries).Draw(t, "order")
		if err := payment.CheckBalanced(entries); err != nil {
			t.Fatalf("pairs are refused: %v", err)
		}
		if err := payment.CheckBalanced(entries[1:]); !errors.Is(err, payment.ErrUnbalanced) {
			t.Fatalf("a missing line is not found: %v", err)
		}
	})
}
