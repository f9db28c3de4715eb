package orderapi

import (
	"time"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/rest"
)

// Operations on carts. Each is open to the owner, proven by access token or
// Cart-Token, and to staff; anybody else is told that there is no such cart.
var (
	CreateCart = rest.Operation[CreateCartInput, NewCart]{
		ID: "create-cart", Method: "POST", Path: "/v1/carts", Status: 201,
		Summary:     "Make an empty cart",
		Description: "The answer alone carries the cart's token. Guests send it as Cart-Token; a signed-in customer owns the cart as well.",
		Needs:       rest.Public,
		Codes:       []string{CodeCurrencyNotSold},
	}
	GetCart = rest.Operation[CartInput, Cart]{
		ID: "get-cart", Method: "GET", Path: "/v1/carts/{id}",
		Summary: "A cart with live prices, availability and totals",
		Needs:   rest.OwnerOr(api.PermOrderRead),
	}
	UpdateCart = rest.Operation[UpdateCartInput, Cart]{
		ID: "update-cart", Method: "PATCH", Path: "/v1/carts/{id}",
		Summary:     "Change e-mail, addresses, shipping method, language or note of a cart",
		Description: "A merge patch: fields left out stay, null removes. An address is replaced whole.",
		Needs:       rest.OwnerOr(api.PermOrderWrite),
		Codes:       []string{CodeCartOrdered, CodeShippingUnavailable},
	}
	AddCartItem = rest.Operation[AddCartItemInput, Cart]{
		ID: "add-cart-item", Method: "POST", Path: "/v1/carts/{id}/items",
		Summary:     "Put a variant into a cart; one that lies there already becomes more",
		Description: "Nothing is held yet: stock is taken at checkout.",
		Needs:       rest.OwnerOr(api.PermOrderWrite),
		Codes:       []string{CodeCartOrdered, CodeCartFull, CodeQuantityTooLarge, productapi.CodeVariantNotSellable},
	}
	UpdateCartItem = rest.Operation[UpdateCartItemInput, Cart]{
		ID: "update-cart-item", Method: "PATCH", Path: "/v1/carts/{id}/items/{item_id}",
		Summary: "Set the quantity of a cart line",
		Needs:   rest.OwnerOr(api.PermOrderWrite),
		Codes:   []string{CodeCartOrdered},
	}
	RemoveCartItem = rest.Operation[CartItemInput, Cart]{
		ID: "remove-cart-item", Method: "DELETE", Path: "/v1/carts/{id}/items/{item_id}",
		Summary: "Take a line out of a cart; one that is gone already is no error",
		Needs:   rest.OwnerOr(api.PermOrderWrite),
		Codes:   []string{CodeCartOrdered},
	}
	ClaimCart = rest.Operation[CartInput, Cart]{
		ID: "claim-cart", Method: "POST", Path: "/v1/carts/{id}/claim",
		Summary: "Make a guest's cart one's own, after signing in; needs its Cart-Token",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeCartOrdered, CodeCartTaken},
	}
	ListShippingMethods = rest.Operation[CartInput, ShippingMethodList]{
		ID: "list-shipping-methods", Method: "GET", Path: "/v1/carts/{id}/shipping-methods",
		Summary: "Ways to get what is in a cart to its address, and what each costs",
		Needs:   rest.OwnerOr(api.PermOrderRead),
	}
)

// CartProof is the guest's secret.
type CartProof struct {
	CartToken string `header:"Cart-Token" maxLength:"128" doc:"The token that making the cart answered with"`
}

// CreateCartInput says in what currency and language the cart is priced.
type CreateCartInput struct {
	Body struct {
		Currency string `json:"currency" pattern:"^[A-Z]{3}$" minLength:"3" maxLength:"3" example:"IDR"`
		Language string `json:"language,omitempty" enum:"id,en" default:"id"`
	}
}

// CartInput names a cart.
type CartInput struct {
	ID string `path:"id" prefix:"crt"`
	CartProof
}

// CartItemInput names a line of a cart.
type CartItemInput struct {
	ID     string `path:"id" prefix:"crt"`
	ItemID string `path:"item_id" prefix:"itm"`
	CartProof
}

// AddCartItemInput is a quantity of one variant.
type AddCartItemInput struct {
	ID string `path:"id" prefix:"crt"`
	CartProof
	Body struct {
		VariantID string `json:"variant_id" prefix:"var" minLength:"1" maxLength:"30"`
		Quantity  int64  `json:"quantity" minimum:"1" maximum:"999"`
	}
}

// UpdateCartItemInput sets a quantity.
type UpdateCartItemInput struct {
	ID     string `path:"id" prefix:"crt"`
	ItemID string `path:"item_id" prefix:"itm"`
	CartProof
	Body struct {
		Quantity int64 `json:"quantity" minimum:"1" maximum:"999"`
	} `contentType:"application/merge-patch+json"`
}

// UpdateCartInput is a merge patch of a cart.
type UpdateCartInput struct {
	ID string `path:"id" prefix:"crt"`
	CartProof
	Body CartPatch `contentType:"application/merge-patch+json"`
}

// CartPatch names the fields to change; null removes one.
type CartPatch struct {
	Email           rest.Patch[string]        `json:"email,omitzero" maxLength:"254"`
	ShippingAddress rest.Patch[PostalAddress] `json:"shipping_address,omitzero"`
	BillingAddress  rest.Patch[PostalAddress] `json:"billing_address,omitzero" doc:"Without one the shipping address is used"`
	ShippingMethod  rest.Patch[string]        `json:"shipping_method,omitzero" maxLength:"40" doc:"A code of the cart's shipping methods"`
	Language        rest.Patch[string]        `json:"language,omitzero" enum:"id,en"`
	Note            rest.Patch[string]        `json:"note,omitzero" maxLength:"500" doc:"A word to the shop"`
}

// PostalAddress is an address in the Indonesian order, useful elsewhere too.
type PostalAddress struct {
	Recipient  string `json:"recipient" minLength:"1" maxLength:"100" example:"Sari Dewi"`
	Phone      string `json:"phone" minLength:"5" maxLength:"20" pattern:"^[+]?[0-9][0-9 ()-]*$" example:"+6281234567890"`
	Line1      string `json:"line1" minLength:"1" maxLength:"200" example:"Jl. Malioboro 12"`
	Line2      string `json:"line2,omitempty" maxLength:"200"`
	District   string `json:"district,omitempty" maxLength:"100" doc:"Kecamatan" example:"Danurejan"`
	City       string `json:"city" minLength:"1" maxLength:"100" example:"Yogyakarta"`
	Province   string `json:"province" minLength:"1" maxLength:"100" example:"DI Yogyakarta"`
	PostalCode string `json:"postal_code" minLength:"1" maxLength:"12" pattern:"^[0-9A-Za-z -]+$" example:"55213"`
	Country    string `json:"country,omitempty" pattern:"^[A-Z]{2}$" default:"ID" doc:"ISO 3166-1 alpha-2"`
}

// Cart is a basket of goods at today's prices.
type Cart struct {
	ID              string         `json:"id"`
	Status          string         `json:"status" enum:"open,ordered"`
	UserID          string         `json:"user_id,omitempty"`
	Currency        string         `json:"currency"`
	Language        string         `json:"language" enum:"id,en"`
	Email           string         `json:"email,omitempty"`
	ShippingAddress *PostalAddress `json:"shipping_address,omitempty"`
	BillingAddress  *PostalAddress `json:"billing_address,omitempty"`
	ShippingMethod  string         `json:"shipping_method,omitempty"`
	Note            string         `json:"note,omitempty"`
	Items           []CartItem     `json:"items" nullable:"false"`
	Totals          Totals         `json:"totals"`
	Problems        []CartProblem  `json:"problems" nullable:"false" doc:"What still keeps the cart from being ordered"`
	CreatedAt       time.Time      `json:"created_at"`
	UpdatedAt       time.Time      `json:"updated_at"`
	ExpiresAt       time.Time      `json:"expires_at" doc:"When the cart is thrown away if nobody touches it"`
}

// NewCart is a cart together with the secret that opens it.
type NewCart struct {
	Cart
	Token string `json:"token" doc:"Send it as Cart-Token; it is shown this once"`
}

// ResourcePath names the new cart.
func (c NewCart) ResourcePath() string { return "/v1/carts/" + c.ID }

// CartItem is a line of a cart. Prices and availability are as of now.
type CartItem struct {
	ID        string    `json:"id"`
	VariantID string    `json:"variant_id"`
	ProductID string    `json:"product_id,omitempty"`
	SKU       string    `json:"sku,omitempty"`
	Slug      string    `json:"slug,omitempty"`
	Name      string    `json:"name,omitempty"`
	Options   string    `json:"options,omitempty"`
	ImageURL  string    `json:"image_url,omitempty"`
	Quantity  int64     `json:"quantity"`
	UnitPrice api.Money `json:"unit_price"`
	Total     api.Money `json:"total"`
	Available int64     `json:"available"`
	Sellable  bool      `json:"sellable" doc:"False when the variant cannot be bought any more; such a line counts nothing"`
}

// Totals are what the goods, their way and the tax within come to.
type Totals struct {
	Subtotal    api.Money `json:"subtotal"`
	Shipping    api.Money `json:"shipping" doc:"Zero until address and method are known"`
	TaxIncluded api.Money `json:"tax_included" doc:"Tax that subtotal and shipping contain"`
	Total       api.Money `json:"total" doc:"Send it as expected_total at checkout"`
}

// CartProblem is one thing that checkout would refuse.
type CartProblem struct {
	Pointer string `json:"pointer" doc:"RFC 6901 pointer into the cart"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// ShippingMethodList holds the ways that are open to a cart.
type ShippingMethodList struct {
	Data []ShippingMethod `json:"data" nullable:"false"`
}

// ShippingMethod is one way and its price.
type ShippingMethod struct {
	Code         string    `json:"code" example:"regular"`
	Name         string    `json:"name"`
	Price        api.Money `json:"price"`
	MinDays      int       `json:"min_days"`
	MaxDays      int       `json:"max_days"`
	NeedsAddress bool      `json:"needs_address"`
}
