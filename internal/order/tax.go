package order

import (
	"cmp"
	"fmt"
	"math/bits"
	"slices"
	"time"
)

// TaxRule is a tax that prices contain, from one day on. The rate is reckoned
// on a share of the price without tax, its base.
type TaxRule struct {
	Code       string // stored with every order, for auditors
	From       time.Time
	RateNum    int64
	RateDen    int64
	BaseNum    int64
	BaseDen    int64
	RoundingTo int64 // minor units: tax invoices are in whole rupiah
}

// westernIndonesia is the zone of the capital, by whose calendar tax law changes.
var westernIndonesia = time.FixedZone("WIB", 7*60*60)

// taxRules is Indonesian PPN on ordinary goods, newest last. Law 7/2021 raised
// it to 11 % in April 2022; since 2025 the rate is 12 % on a base of 11/12 of
// the price (regulation PMK 131/2024), which comes to 11 % again.
var taxRules = []TaxRule{
	{Code: "ppn-1984", From: time.Date(1985, time.April, 1, 0, 0, 0, 0, westernIndonesia), RateNum: 10, RateDen: 100, BaseNum: 1, BaseDen: 1, RoundingTo: 100},
	{Code: "ppn-2022", From: time.Date(2022, time.April, 1, 0, 0, 0, 0, westernIndonesia), RateNum: 11, RateDen: 100, BaseNum: 1, BaseDen: 1, RoundingTo: 100},
	{Code: "ppn-2025", From: time.Date(2025, time.January, 1, 0, 0, 0, 0, westernIndonesia), RateNum: 12, RateDen: 100, BaseNum: 11, BaseDen: 12, RoundingTo: 100},
}

// taxRuleAt returns the rule in force.
func taxRuleAt(at time.Time) TaxRule {
	rule := taxRules[0]
	for _, next := range taxRules[1:] {
		if !at.Before(next.From) {
			rule = next
		}
	}
	return rule
}

// share is the part of a price that is tax, as a fraction: with an effective
// rate of n/d, a price holds n/(d+n) of tax.
func (r TaxRule) share() (num, den int64) {
	num, den = r.RateNum*r.BaseNum, r.RateDen*r.BaseDen
	return num, den + num
}

// included returns the tax within the sum of amounts, rounded half up, and its
// exact split over them: every part is what it would be alone, rounded down, and
// what is left goes to those that lost most by that. The parts add up to the sum.
func (r TaxRule) included(amounts []int64) (total int64, parts []int64) {
	num, den := r.share()
	den *= r.RoundingTo
	var sum, given int64
	parts = make([]int64, len(amounts))
	lost := make([]int64, len(amounts))
	order := make([]int, len(amounts))
	for i, amount := range amounts {
		sum += amount
		parts[i], lost[i] = mulDiv(amount, num, den)
		given += parts[i]
		order[i] = i
	}
	total, remainder := mulDiv(sum, num, den)
	if remainder >= den-remainder {
		total++
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(lost[b], lost[a]) })
	for i := range total - given {
		parts[order[i]]++
	}
	for i := range parts {
		parts[i] *= r.RoundingTo
	}
	return total * r.RoundingTo, parts
}

// mulDiv returns a×b/c and its remainder without overflow on the way; all are
// at least 0 and the quotient must fit, which it does for b < c.
func mulDiv(a, b, c int64) (quotient, remainder int64) {
	if a < 0 || b < 0 || c <= b {
		panic(fmt.Sprintf("order: mulDiv of %d, %d, %d", a, b, c))
	}
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	q, r := bits.Div64(hi, lo, uint64(c)) //nolint:gosec // c > b >= 0
	return int64(q), int64(r)             //nolint:gosec // q <= a and r < c, both int64
}
