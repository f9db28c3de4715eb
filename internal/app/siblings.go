package app

import (
	"context"
	"fmt"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
)

// siblings are the services as each other knows them: the implementation when
// it runs in this process, its HTTP client otherwise.
type siblings struct {
	auth    authapi.Service
	product productapi.Service
	order   orderapi.Service
}

// caller reaches a sibling that runs elsewhere. One that is neither here nor
// has an address is a mistake of the settings, found at start.
func (s *Shop) caller(name, url string) (*rest.Caller, error) {
	if url == "" {
		return nil, fmt.Errorf("the %s service is needed and does not run in this process: set siblings.%s to its address, or add %s to services", name, name, name)
	}
	return &rest.Caller{Service: name, BaseURL: url, ServiceKey: s.config.Siblings.Key}, nil
}

// url is the address of a sibling, "" when none is set.
func (c SiblingsConfig) url(service string) string {
	switch service {
	case "auth":
		return c.Auth
	case "user":
		return c.User
	case "product":
		return c.Product
	case "order":
		return c.Order
	case "payment":
		return c.Payment
	}
	return ""
}

// siblingKeys judges the keys that siblings show each other: the one of the
// settings, or one made by the auth service.
type siblingKeys struct{ shop *Shop }

var everyScope = []string{
	api.ScopeAuthInternal, api.ScopeUserInternal, api.ScopeProductInternal, api.ScopeOrderInternal, api.ScopePaymentInternal,
}

func (k siblingKeys) VerifyServiceKey(ctx context.Context, key string) (string, []string, error) {
	if k.shop.config.Siblings.Key.Equal(secret.New(key)) {
		return "sibling", everyScope, nil
	}
	if k.shop.siblings.auth == nil {
		return "", nil, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The service key is not known.")
	}
	in := &authapi.VerifyServiceKeyInput{}
	in.Body.Key = key
	info, err := k.shop.siblings.auth.VerifyServiceKey(ctx, in)
	if err != nil {
		return "", nil, err
	}
	return info.Service, info.Scopes, nil
}
