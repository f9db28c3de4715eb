// Package contract gathers what the services of the shop promise: their
// operations, their problem codes and their events, without running any of
// them. The committed documents in api/openapi, api/asyncapi and
// docs/reference are written from it.
package contract

import (
	"fmt"
	"slices"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
	"pasar/api/userapi"
	"pasar/internal/platform/rest"
)

//go:generate go run pasar/internal/contract/generate -root ../..

// Title and Version are those of the shop's public API. The version follows
// the contract, not the program: what is added raises the minor number.
const (
	Title   = "Pasar"
	Version = "1.0.0"
)

// Service is the contract of one service.
type Service struct {
	Name     string // "order"; also the tag of its operations
	Title    string
	Codes    []api.Code
	Events   []Event
	register func(*rest.API)
}

// services is the one place that a new service, and in the functions below a
// new event, has to be named in. Nothing is called: a client stands in for the
// service because it has the same methods.
var services = []Service{
	{
		Name: "auth", Title: "Accounts, sessions, roles, API keys and the audit log",
		Codes: authapi.Codes, Events: authEvents(),
		register: func(a *rest.API) { authapi.Register(a, authapi.NewClient(nil)) },
	},
	{
		Name: "user", Title: "Profiles, addresses and avatars",
		Codes: userapi.Codes, Events: userEvents(),
		register: func(a *rest.API) { userapi.Register(a, userapi.NewClient(nil)) },
	},
	{
		Name: "product", Title: "Catalogue, prices, images and stock",
		Codes: productapi.Codes, Events: productEvents(),
		register: func(a *rest.API) { productapi.Register(a, productapi.NewClient(nil)) },
	},
	{
		Name: "order", Title: "Carts, checkout, orders and fulfilment",
		Codes: orderapi.Codes, Events: orderEvents(),
		register: func(a *rest.API) { orderapi.Register(a, orderapi.NewClient(nil)) },
	},
	{
		Name: "payment", Title: "Payments, refunds, the ledger and gateways",
		Codes: paymentapi.Codes, Events: paymentEvents(),
		register: func(a *rest.API) { paymentapi.Register(a, paymentapi.NewClient(nil)) },
	},
}

// Services lists the services of the shop.
func Services() []Service { return slices.Clone(services) }

// Codes lists every problem code of the shop, the general ones first. Each
// service knows all of them, because it passes on what its siblings answer.
func Codes() []api.Code {
	codes := slices.Clone(api.Codes)
	for _, s := range services {
		for _, code := range s.Codes {
			if !slices.Contains(codes, code) { // a service may list what it hands on
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// APIs returns the operations of every service. They can be described, not
// served: no call reaches a service.
func APIs() []*rest.API {
	apis := make([]*rest.API, len(services))
	for i, s := range services {
		apis[i] = s.API()
	}
	return apis
}

// API returns the operations of one service, for describing them.
func (s Service) API() *rest.API {
	a := rest.NewAPI(rest.Config{
		Service: s.Name, Title: fmt.Sprintf("%s: %s", Title, s.Name), Version: Version,
		Summary: s.Title, Codes: Codes(),
	})
	s.register(a)
	return a
}
