package order

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/internal/platform/fault"
)

// Limits of a cart.
const (
	MaxLines    = 100
	MaxQuantity = 999
)

// CartState says whether a cart still takes changes.
type CartState string

// States of a cart.
const (
	CartOpen    CartState = "open"
	CartOrdered CartState = "ordered"
)

// Cart is what a customer wants. It holds no prices: those are asked for anew
// each time, so that none can be out of date.
type Cart struct {
	ID        string
	UserID    string // "" for a guest
	TokenHash string
	Version   int64
	State     CartState
	Currency  string
	Language  string
	Contents  Contents
	CreatedAt time.Time
	UpdatedAt time.Time
	ExpiresAt time.Time
}

// Contents are what changes while a customer shops. They are kept as one
// document, so that a change costs one read and one conditional write.
type Contents struct {
	Email           string     `json:"email,omitempty"`
	ShippingAddress *Address   `json:"shipping_address,omitempty"`
	BillingAddress  *Address   `json:"billing_address,omitempty"`
	ShippingMethod  string     `json:"shipping_method,omitempty"`
	Note            string     `json:"note,omitempty"`
	Lines           []CartLine `json:"lines,omitempty"`
}

// CartLine is a quantity of one variant; a cart has one line a variant.
type CartLine struct {
	ID        string `json:"id"`
	VariantID string `json:"variant_id"`
	Quantity  int64  `json:"quantity"`
}

// newToken returns a guest's secret of 192 random bits.
func newToken() string {
	secret := make([]byte, 24)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the program instead
	return "ct_" + base64.RawURLEncoding.EncodeToString(secret)
}

// HashToken is how a cart's token is stored and compared. The token has more
// entropy than the hash has weaknesses, so it needs neither salt nor stretching.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// add puts a quantity of a variant into the cart, onto its line if it has one.
func (c *Cart) add(variantID string, quantity int64) error {
	i := slices.IndexFunc(c.Contents.Lines, func(l CartLine) bool { return l.VariantID == variantID })
	var before int64
	if i >= 0 {
		before = c.Contents.Lines[i].Quantity
	}
	switch {
	case quantity < 1:
		return fault.New(fault.Invalid, api.CodeInvalid, "The quantity must be at least 1.").At("#/quantity", "out_of_range", "at least 1")
	case quantity > MaxQuantity-before:
		return tooMany(before)
	case i >= 0:
		c.Contents.Lines[i].Quantity += quantity
		return nil
	case len(c.Contents.Lines) >= MaxLines:
		return fault.New(fault.Conflict, orderapi.CodeCartFull, "A cart holds at most %d lines. Order these first, or take some out.", MaxLines)
	}
	c.Contents.Lines = append(c.Contents.Lines, CartLine{ID: api.NewID(api.PrefixItem), VariantID: variantID, Quantity: quantity})
	return nil
}

func tooMany(before int64) error {
	return fault.New(fault.Invalid, orderapi.CodeQuantityTooLarge, "A line holds at most %d; this one has %d already.", MaxQuantity, before).
		At("#/quantity", orderapi.CodeQuantityTooLarge, fmt.Sprintf("at most %d", MaxQuantity-before))
}

func (c *Cart) setQuantity(itemID string, quantity int64) error {
	if quantity < 1 {
		return fault.New(fault.Invalid, api.CodeInvalid, "The quantity must be at least 1; remove the item instead.").At("#/quantity", "out_of_range", "at least 1")
	}
	if quantity > MaxQuantity {
		return tooMany(0)
	}
	i := slices.IndexFunc(c.Contents.Lines, func(l CartLine) bool { return l.ID == itemID })
	if i < 0 {
		return fault.New(fault.NotFound, api.CodeNotFound, "There is no such item in the cart.")
	}
	c.Contents.Lines[i].Quantity = quantity
	return nil
}

// remove takes a line out; it reports false when there is none.
func (c *Cart) remove(itemID string) bool {
	before := len(c.Contents.Lines)
	c.Contents.Lines = slices.DeleteFunc(c.Contents.Lines, func(l CartLine) bool { return l.ID == itemID })
	return len(c.Contents.Lines) < before
}
