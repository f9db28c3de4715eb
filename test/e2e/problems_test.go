package e2e_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/paymentapi"
	"pasar/api/productapi"
	"pasar/api/userapi"
)

// proven are the codes that cannot be had from a whole and healthy shop in a
// moment: the test that produces each, and its package.
var proven = map[string]struct{ dir, test, word string }{
	api.CodeInternal:                    {"internal/platform/rest", "TestPanicIsAProblem", api.CodeInternal},
	api.CodeUnavailable:                 {"internal/platform/rest", "TestDeadlineOfTheRequest", api.CodeUnavailable},
	api.CodeTimeout:                     {"internal/platform/rest", "TestProblems", api.CodeTimeout},
	api.CodeConflict:                    {"internal/platform/rest", "TestCallFailures", "CodeConflict"},
	api.CodeIdempotencyInFlight:         {"internal/platform/rest", "TestConcurrentSameKey", api.CodeIdempotencyInFlight},
	api.CodeRateLimited:                 {"internal/gateway", "TestLimits", "CodeRateLimited"},
	authapi.CodeRefreshReused:           {"internal/auth/rest", "TestRefreshReuseOverHTTP", "CodeRefreshReused"},
	authapi.CodeLastAdmin:               {"internal/auth", "TestRolesAreGuarded", "CodeLastAdmin"},
	authapi.CodeEmailTaken:              {"internal/auth/rest", "TestFirstAdminByOperation", "CodeEmailTaken"},
	userapi.CodeErased:                  {"internal/user/rest", "TestExportAndEraseOverHTTP", "CodeErased"},
	productapi.CodeCatalogueLimit:       {"internal/product/rest", "TestProductLimits", "CodeCatalogueLimit"},
	paymentapi.CodeGatewayTimeout:       {"internal/payment/rest", "TestGatewayDownThenSameKey", paymentapi.CodeGatewayTimeout},
	paymentapi.CodeGatewayUnavailable:   {"internal/payment/rest", "TestGatewayCannotBeReached", "CodeGatewayUnavailable"},
	paymentapi.CodeGatewayRefused:       {"internal/payment/rest", "TestGatewayRefusesTheCapture", "CodeGatewayRefused"},
	paymentapi.CodeWebhookNotUnderstood: {"internal/payment/rest", "TestForgedWebhookIsRefusedAndNotKept", paymentapi.CodeWebhookNotUnderstood},
}

// TestEveryProblemCode produces every registered code, here or, for those that
// are proven elsewhere, by the test that is named. A new code needs a line in
// one of the two tables.
func TestEveryProblemCode(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	produced := maps.Clone(producers)
	maps.Copy(produced, shopProducers)
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			if elsewhere, ok := proven[code]; ok {
				requireMentions(t, elsewhere.dir, elsewhere.test, elsewhere.word)
				return
			}
			produce := produced[code]
			if produce == nil {
				t.Fatalf("nothing produces the problem code %s: add a line that does to the producers of this package, or name the test that does in proven", code)
			}
			m := &maker{t: t, world: w}
			m.owner = m.person(api.RoleCustomer)
			a := produce(m)
			requireProblem(t, code, a)
			if a.str("code") != code {
				t.Errorf("answered %d %s: %s", a.status, a.str("code"), a.raw)
			}
		})
	}
	for code := range produced {
		if codes[code] == 0 {
			t.Errorf("%s is produced, but is not registered", code)
		}
	}
}

// requireMentions checks that a test is there and speaks of a code.
func requireMentions(t *testing.T, dir, test, word string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join("..", "..", filepath.FromSlash(dir), "*_test.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, path, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if function, ok := declaration.(*ast.FuncDecl); ok && function.Name.Name == test && function.Recv == nil {
				if !mentions(function, word) {
					t.Errorf("%s in %s does not speak of %s", test, path, word)
				}
				return
			}
		}
	}
	t.Errorf("there is no %s in %s: which test produces this code now?", test, dir)
}

func mentions(node ast.Node, word string) bool {
	found := false
	ast.Inspect(node, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			found = found || n.Name == word
		case *ast.BasicLit:
			found = found || strings.Trim(n.Value, "`\"") == word
		}
		return !found
	})
	return found
}

// producers provoke one code each.
var producers = map[string]func(*maker) answer{
	api.CodeMalformed: func(m *maker) answer {
		return m.visitor().sendWire(wire{method: "POST", path: "/v1/carts", body: []byte("{"), media: "application/json"})
	},
	api.CodeInvalid:          func(m *maker) answer { return m.visitor().do("POST", "/v1/carts", values{"currency": "rupiah"}) },
	api.CodeUnknownParameter: func(m *maker) answer { return m.visitor().do("GET", "/v1/products?prize=1", nil) },
	api.CodeUnauthenticated:  func(m *maker) answer { return m.visitor().do("GET", "/v1/auth/me", nil) },
	api.CodeTokenExpired: func(m *maker) answer {
		return m.visitor().with("Authorization", "Bearer "+m.world.rootKey.expired(m.t, m.owner)).do("GET", "/v1/auth/me", nil)
	},
	api.CodeForbidden:        func(m *maker) answer { return m.owner.do("GET", "/v1/roles", nil) },
	api.CodeNotFound:         func(m *maker) answer { return m.visitor().do("GET", "/v1/nothing", nil) },
	api.CodeWrongIDType:      func(m *maker) answer { return m.owner.do("GET", "/v1/orders/"+m.owner.id, nil) },
	api.CodeMethodNotAllowed: func(m *maker) answer { return m.visitor().do("DELETE", "/v1/orders", nil) },
	api.CodeUnsupportedMedia: func(m *maker) answer {
		return m.visitor().sendWire(wire{method: "POST", path: "/v1/carts", body: []byte("currency=IDR"), media: "application/x-www-form-urlencoded"})
	},
	api.CodeTooLarge: func(m *maker) answer {
		return m.visitor().sendWire(wire{method: "POST", path: "/v1/carts", body: pad([]byte("{}"), 1<<20+1), media: "application/json"})
	},
	api.CodePreconditionFailed: func(m *maker) answer {
		return m.owner.with("If-Match", `"99"`).do("PATCH", "/v1/users/me", values{"name": "Sari"})
	},
	api.CodePreconditionRequired: func(m *maker) answer { return m.owner.do("PATCH", "/v1/users/me", values{"name": "Sari"}) },
	api.CodeIdempotencyMissing: func(m *maker) answer {
		return m.owner.do("POST", "/v1/orders", values{"cart_id": m.cart().id, "expected_total": rupiah(1)})
	},
	api.CodeIdempotencyReused: func(m *maker) answer {
		b, c := m.cart(), m.owner.with("Idempotency-Key", key())
		c.must(201, "POST", "/v1/orders", values{"cart_id": b.id, "expected_total": b.total})
		return c.do("POST", "/v1/orders", values{"cart_id": b.id, "expected_total": rupiah(1)})
	},

	authapi.CodeCredentialsInvalid: func(m *maker) answer {
		return m.visitor().do("POST", "/v1/auth/login", values{"email": m.owner.email, "password": "a wrong pass phrase"})
	},
	authapi.CodeAccountDisabled: func(m *maker) answer {
		m.root().must(200, "POST", "/v1/users/"+m.owner.id+"/disable", values{"reason": "Menipu"})
		return m.visitor().do("POST", "/v1/auth/login", values{"email": m.owner.email, "password": password})
	},
	authapi.CodeRefreshInvalid: func(m *maker) answer {
		return m.visitor().do("POST", "/v1/auth/refresh", values{"refresh_token": "prt_x"})
	},
	authapi.CodeRefreshSuperseded: func(m *maker) answer {
		m.visitor().must(200, "POST", "/v1/auth/refresh", values{"refresh_token": m.owner.refresh})
		return m.visitor().do("POST", "/v1/auth/refresh", values{"refresh_token": m.owner.refresh})
	},
	authapi.CodeMailTokenInvalid: func(m *maker) answer { return m.visitor().do("POST", "/v1/auth/verify-email", values{"token": "x"}) },
	authapi.CodeSetupTokenInvalid: func(m *maker) answer {
		return m.visitor().do("POST", "/v1/auth/first-admin", values{"token": "x", "email": "x@example.com", "password": password, "name": "X"})
	},
	authapi.CodePasswordWeak: func(m *maker) answer {
		return m.visitor().do("POST", "/v1/auth/register", values{"email": unique("lemah") + "@example.com", "password": "1234567890", "name": "X"})
	},
	authapi.CodeCurrentPassword: func(m *maker) answer {
		return m.owner.do("POST", "/v1/auth/password/change", values{"current_password": "a wrong pass phrase", "new_password": "another long pass phrase"})
	},
	authapi.CodeRoleUnknown: func(m *maker) answer {
		account := m.root().must(200, "GET", "/v1/users/"+m.owner.id+"/account", nil)
		return m.root().with("If-Match", account.header.Get("ETag")).do("PUT", "/v1/users/"+m.owner.id+"/roles", values{"roles": []string{"raja"}})
	},
	authapi.CodeKeyLimit: func(m *maker) answer {
		body := values{"name": unique("gudang"), "scopes": []string{api.PermStockRead}}
		m.root().must(201, "POST", "/v1/api-keys", body)
		m.root().must(201, "POST", "/v1/api-keys", body)
		return m.root().do("POST", "/v1/api-keys", body)
	},
	authapi.CodeScopeUnknown: func(m *maker) answer {
		return m.root().do("POST", "/v1/api-keys", values{"name": unique("gudang"), "scopes": []string{"moon:read"}})
	},

	userapi.CodeAddressLimit: func(m *maker) answer {
		for range userapi.MaxAddresses {
			m.address()
		}
		return m.owner.do("POST", "/v1/users/me/addresses", address())
	},
	userapi.CodePhoneInvalid:      func(m *maker) answer { return m.addressWith("phone", "+62 1") },
	userapi.CodePostalCodeInvalid: func(m *maker) answer { return m.addressWith("postal_code", "1234567") },
	userapi.CodeCountryUnknown:    func(m *maker) answer { return m.addressWith("country", "ZZ") },
	userapi.CodeCurrencyUnknown: func(m *maker) answer {
		return m.owner.with("If-Match", m.profile().header.Get("ETag")).do("PATCH", "/v1/users/me", values{"currency": "XXX"})
	},
	userapi.CodePictureInvalid: func(m *maker) answer {
		return m.owner.sendWire(wire{method: "PUT", path: "/v1/users/me/avatar", body: []byte("<svg/>"), media: "image/png"})
	},
}

func (m *maker) addressWith(name string, value any) answer {
	m.t.Helper()
	body := address()
	body[name] = value
	return m.owner.do("POST", "/v1/users/me/addresses", body)
}
