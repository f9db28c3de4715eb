package userapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// MaxAddresses is how many addresses one user may keep.
const MaxAddresses = 50

// Operations on one's own addresses.
var (
	ListAddresses = rest.Operation[ListAddressesInput, AddressList]{
		ID: "list-addresses", Method: "GET", Path: "/v1/users/me/addresses",
		Summary: "One's own addresses, newest first",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
	AddAddress = rest.Operation[AddAddressInput, Address]{
		ID: "add-address", Method: "POST", Path: "/v1/users/me/addresses", Status: 201,
		Summary:     "Keep an address",
		Description: "The first one becomes the default for shipping and billing. At most 50 are kept.",
		Needs:       rest.SignedIn,
		Codes:       []string{CodeErased, CodeAddressLimit, CodePhoneInvalid, CodePostalCodeInvalid, CodeCountryUnknown},
	}
	GetAddress = rest.Operation[GetAddressInput, Address]{
		ID: "get-address", Method: "GET", Path: "/v1/users/me/addresses/{id}",
		Summary: "One of one's own addresses",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
	UpdateAddress = rest.Operation[UpdateAddressInput, Address]{
		ID: "update-address", Method: "PATCH", Path: "/v1/users/me/addresses/{id}", Guarded: true,
		Summary: "Change one of one's own addresses",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased, CodePhoneInvalid, CodePostalCodeInvalid, CodeCountryUnknown},
	}
	RemoveAddress = rest.Operation[RemoveAddressInput, rest.NoContent]{
		ID: "remove-address", Method: "DELETE", Path: "/v1/users/me/addresses/{id}",
		Summary: "Forget one of one's own addresses",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
)

// PostalAddress is where people and parcels meet.
type PostalAddress struct {
	Recipient  string `json:"recipient" minLength:"1" maxLength:"100" example:"Sari Dewi"`
	Phone      string `json:"phone" minLength:"5" maxLength:"24" pattern:"^[+]?[0-9][0-9 ().-]*$" example:"+6281234567890" doc:"Kept as E.164"`
	Line1      string `json:"line1" minLength:"1" maxLength:"200" example:"Jl. Malioboro 12"`
	Line2      string `json:"line2,omitempty" maxLength:"200"`
	District   string `json:"district,omitempty" maxLength:"100" doc:"Kecamatan" example:"Danurejan"`
	City       string `json:"city" minLength:"1" maxLength:"100" example:"Yogyakarta"`
	Province   string `json:"province" minLength:"1" maxLength:"100" example:"DI Yogyakarta"`
	PostalCode string `json:"postal_code" minLength:"1" maxLength:"12" pattern:"^[0-9A-Za-z -]+$" example:"55213"`
	Country    string `json:"country,omitempty" pattern:"^[A-Z]{2}$" default:"ID" doc:"ISO 3166-1 alpha-2"`
}

// Address is a postal address in a user's book.
type Address struct {
	ID    string `json:"id"`
	Label string `json:"label,omitempty" doc:"What its owner calls it" example:"Rumah"`
	PostalAddress
	DefaultShipping bool      `json:"default_shipping"`
	DefaultBilling  bool      `json:"default_billing"`
	CreatedAt       time.Time `json:"created_at"`
	UpdatedAt       time.Time `json:"updated_at"`
	Version         int64     `json:"version"`
}

// ResourceVersion makes the ETag.
func (a Address) ResourceVersion() int64 { return a.Version }

// ResourcePath names the address.
func (a Address) ResourcePath() string { return "/v1/users/me/addresses/" + a.ID }

// ListAddressesInput pages through addresses.
type ListAddressesInput struct{ api.Paging }

// AddressList is a page of addresses.
type AddressList = api.List[Address]

// AddAddressInput is a new address.
type AddAddressInput struct {
	Body struct {
		Label string `json:"label,omitempty" maxLength:"40"`
		PostalAddress
		DefaultShipping bool `json:"default_shipping,omitempty"`
		DefaultBilling  bool `json:"default_billing,omitempty"`
	}
}

// GetAddressInput names the address.
type GetAddressInput struct {
	ID string `path:"id" prefix:"adr"`
}

// UpdateAddressInput is a merge patch. A default is taken from another address
// by giving it to this one: true only.
type UpdateAddressInput struct {
	ID string `path:"id" prefix:"adr"`
	rest.IfMatch
	Body struct {
		Label           rest.Patch[string] `json:"label,omitzero" maxLength:"40"`
		Recipient       *string            `json:"recipient,omitempty" minLength:"1" maxLength:"100"`
		Phone           *string            `json:"phone,omitempty" minLength:"5" maxLength:"24" pattern:"^[+]?[0-9][0-9 ().-]*$"`
		Line1           *string            `json:"line1,omitempty" minLength:"1" maxLength:"200"`
		Line2           rest.Patch[string] `json:"line2,omitzero" maxLength:"200"`
		District        rest.Patch[string] `json:"district,omitzero" maxLength:"100"`
		City            *string            `json:"city,omitempty" minLength:"1" maxLength:"100"`
		Province        *string            `json:"province,omitempty" minLength:"1" maxLength:"100"`
		PostalCode      *string            `json:"postal_code,omitempty" minLength:"1" maxLength:"12" pattern:"^[0-9A-Za-z -]+$"`
		Country         *string            `json:"country,omitempty" pattern:"^[A-Z]{2}$"`
		DefaultShipping *bool              `json:"default_shipping,omitempty"`
		DefaultBilling  *bool              `json:"default_billing,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

// RemoveAddressInput names the address.
type RemoveAddressInput struct {
	ID string `path:"id" prefix:"adr"`
}
