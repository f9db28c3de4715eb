package ordertest_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/order/ordertest"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
)

func TestCatalogueInProcess(t *testing.T) {
	t.Parallel()
	c := ordertest.NewCatalogue(clock.System{})
	ordertest.Contract(t, c, c)
}

func TestCatalogueOverHTTP(t *testing.T) {
	t.Parallel()
	c := ordertest.NewCatalogue(clock.System{})
	a := rest.NewAPI(rest.Config{Service: "product", Codes: productapi.Codes, ServiceKeys: anyKey{}})
	c.Register(a)
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	ordertest.Contract(t, c, productapi.NewClient(&rest.Caller{Service: "product", BaseURL: server.URL, ServiceKey: secret.New("key")}))
}

type anyKey struct{}

func (anyKey) VerifyServiceKey(context.Context, string) (string, []string, error) {
	return "order", []string{api.ScopeProductInternal}, nil
}
