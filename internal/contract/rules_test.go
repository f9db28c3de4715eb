package contract_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

// apis are described once for all tests.
var apis = sync.OnceValue(contract.APIs)

func operations() []rest.Info {
	var all []rest.Info
	for _, a := range apis() {
		all = append(all, a.Operations()...)
	}
	return all
}

var kebab = regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)

func TestOperationIDsAreUnique(t *testing.T) {
	t.Parallel()
	services := map[string]string{}
	for _, op := range operations() {
		if other, taken := services[op.ID]; taken {
			t.Errorf("%s is an operation of %s and of %s", op.ID, other, op.Service)
		}
		services[op.ID] = op.Service
		if !kebab.MatchString(op.ID) {
			t.Errorf("%s is not in kebab-case", op.ID)
		}
	}
}

// onlySignedIn are the operations that name neither a permission nor are open
// to everybody: they act on what is the caller's own. Adding to them is a
// decision about security, and so is adding to openWrites.
var onlySignedIn = []string{
	"add-address", "change-password", "claim-cart", "end-session", "end-sessions", "erase-profile", "export-profile",
	"get-address", "get-me", "get-profile", "list-addresses", "list-orders", "list-sessions", "logout", "remove-address",
	"remove-avatar", "set-avatar", "update-address", "update-profile",
}

// openWrites are the operations that change something and ask for no credentials.
var openWrites = []string{
	"claim-first-admin", "create-cart", "forgot-password", "login", "receive-webhook", "refresh", "register-account",
	"request-verification", "reset-password", "revoke-refresh-token", "verify-email", "verify-service-key",
}

func TestEveryOperationSaysWhoMayCall(t *testing.T) {
	t.Parallel()
	permissions := readPermissions(t)
	var own, open []string
	for _, op := range operations() {
		switch op.Access {
		case "public":
			if op.Method != "GET" {
				open = append(open, op.ID)
			}
		case "signed_in":
			own = append(own, op.ID)
		case "permission", "owner_or", "internal":
			if !slices.Contains(permissions, op.Permission) {
				t.Errorf("%s asks for %q, which is not in api/permission.go", op.ID, op.Permission)
			}
		default:
			t.Errorf("%s has the access %q", op.ID, op.Access)
		}
	}
	requireSame(t, "operations that need no more than a sign-in", own, onlySignedIn)
	requireSame(t, "writes that need no credentials", open, openWrites)
}

func requireSame(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n  are      %v\n  expected %v", what, got, want)
	}
}

// readPermissions returns the words that operations may ask for.
func readPermissions(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, "api", "permission.go"), nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	var words []string
	ast.Inspect(file, func(node ast.Node) bool {
		if spec, ok := node.(*ast.ValueSpec); ok && !strings.HasPrefix(spec.Names[0].Name, "Role") {
			for _, value := range spec.Values {
				if literal, ok := value.(*ast.BasicLit); ok {
					words = append(words, unquote(t, literal))
				}
			}
		}
		return true
	})
	return words
}

func TestInternalOperationsAreForServices(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		below := strings.HasPrefix(op.Path, "/internal/")
		if op.Access == "internal" && !below {
			t.Errorf("%s is internal but is served at %s, which the gateway might route", op.ID, op.Path)
		}
		// The key that verify-service-key is asked about is its credential.
		if below && op.Access != "internal" && op.ID != "verify-service-key" {
			t.Errorf("%s is served at %s but needs no service key", op.ID, op.Path)
		}
	}
}

func TestProblemCodes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	snake := regexp.MustCompile(`^[a-z]+(_[a-z]+)*$`)
	for _, code := range contract.Codes() {
		if seen[code.Name] {
			t.Errorf("%s is registered with two meanings", code.Name)
		}
		seen[code.Name] = true
		if !snake.MatchString(code.Name) || code.Status < 400 || code.Status > 599 || code.Title == "" {
			t.Errorf("%+v is not a sound code", code)
		}
	}
}

func TestEventTypes(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, e := range contract.Events() {
		if seen[e.Type] {
			t.Errorf("%s is listed twice", e.Type)
		}
		seen[e.Type] = true
		if !regexp.MustCompile(`^pasar\.` + e.Service + `\.[a-z]+(_[a-z]+)*\.v[0-9]+$`).MatchString(e.Type) {
			t.Errorf("%s is not the name of an event of the %s service", e.Type, e.Service)
		}
		if e.Summary == "" {
			t.Errorf("%s has no summary", e.Type)
		}
	}
}
