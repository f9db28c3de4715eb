package e2e_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"pasar/api"
)

// mutations lists everything that can be wrong with a valid request of op.
func mutations(t *testing.T, w *world, op *operation, valid request, owner person) []mutation {
	t.Helper()
	sent := valid.wire(t, op)
	all := credentialMutations(t, w, op, owner)
	all = append(all, queryMutations(op)...)
	all = append(all, pathMutations(op, valid)...)
	all = append(all, headerMutations(op)...)
	if op.takesBody() {
		all = append(all, formMutations(op, sent)...)
	}
	if op.body != nil {
		all = append(all, jsonMutations(sent)...)
		body := copyJSON(t, valid.body).(map[string]any)
		for _, change := range bodyChanges(op.body, body, nil) {
			all = append(all, change.mutation(t, valid.body))
		}
		all = append(all, currencyMutations(t, valid, body, nil)...)
	}
	return all
}

func credentialMutations(t *testing.T, w *world, op *operation, owner person) []mutation {
	bearing := func(token string) func(*client) *client {
		return func(c *client) *client { return c.with("Authorization", "Bearer "+token) }
	}
	all := []mutation{
		{name: "expired token", as: bearing(w.rootKey.expired(t, owner)), status: 401, code: api.CodeTokenExpired},
		{name: "forged token", as: bearing(w.rootKey.forged(t, owner)), status: 401, code: api.CodeUnauthenticated},
		{name: "no token at all", as: bearing("x"), status: 401, code: api.CodeUnauthenticated},
		{name: "another scheme", as: func(c *client) *client { return c.with("Authorization", "Basic YTpi") }, status: 401, code: api.CodeUnauthenticated},
	}
	missing := mutation{name: "nobody", as: func(c *client) *client { return c.without("Authorization") }, status: 401, code: api.CodeUnauthenticated}
	switch {
	case op.Access == "public":
		return all
	case op.Access == "owner_or" && op.ID != "list-payments":
		missing.status, missing.code = 404, api.CodeNotFound // whoever is not the owner sees nothing
	}
	return append(all, missing)
}

// queryIDs are query parameters that take the id of one kind of resource.
var queryIDs = []string{"order_id", "payment_id", "user_id"}

func queryMutations(op *operation) []mutation {
	query := func(name, value string) func(*wire) {
		return func(w *wire) {
			q := map[string][]string{}
			for n, v := range w.query {
				q[n] = v
			}
			q[name] = []string{value}
			w.query = q
		}
	}
	all := []mutation{{name: "unknown query parameter", change: query("no_such_parameter", "1"), status: 422, code: api.CodeUnknownParameter, pointer: "query.no_such_parameter"}}
	for _, p := range op.params {
		if p.In != "query" {
			continue
		}
		s := p.Schema
		add := func(name, value string) {
			all = append(all, mutation{name: "query " + p.Name + ": " + name, change: query(p.Name, value), pointer: "query." + p.Name})
		}
		switch {
		case s.is("integer"):
			add("no number", "x")
			add("huge", "9223372036854775808")
			add("astronomic", "1e30")
			add("half", "1.5")
			if s.Minimum != nil {
				add("less than the least", plus(*s.Minimum, -1).String())
			}
			if s.Maximum != nil {
				add("more than the most", plus(*s.Maximum, 1).String())
			}
		case s.is("boolean"):
			add("no boolean", "perhaps")
		case s.Format == "date-time":
			add("no time", "yesterday")
		default:
			add("NUL", "a\x00")
			add("escape", "\x1b[31m")
			add("invalid UTF-8", "\xff\xfe")
			if s.MaxLength != nil {
				add("too long", strings.Repeat("a", *s.MaxLength+1))
			}
			if len(s.Enum) > 0 {
				add("not one of the choices", "no-such-choice")
			}
			if slices.Contains(queryIDs, p.Name) {
				add("malformed id", "123")
				add("id of another kind", api.NewID(api.PrefixMovement))
			}
			if p.Name == "cursor" {
				add("made up", "bm90IGEgY3Vyc29y")
			}
		}
	}
	return all
}

// pathMutations makes ids wrong, one at a time.
func pathMutations(op *operation, valid request) []mutation {
	var all []mutation
	for _, p := range op.params {
		if p.In != "path" {
			continue
		}
		held := valid.path[p.Name]
		change := func(value string) func(*wire) {
			return func(w *wire) { w.path = strings.Replace(w.path, held, value, 1) }
		}
		add := func(name, value, code, pointer string) {
			all = append(all, mutation{name: "path " + p.Name + ": " + name, change: change(value), status: 404, code: code, pointer: pointer})
		}
		if !p.isID() {
			for name, value := range map[string]string{"control character": "a%00", "too long": strings.Repeat("a", 2000)} {
				all = append(all, mutation{name: "path " + p.Name + ": " + name, change: change(value), status: 422, code: api.CodeInvalid, pointer: "path." + p.Name})
			}
			add("of nothing", "there-is-no-such-thing", api.CodeNotFound, "")
			continue
		}
		add("malformed", "123", api.CodeNotFound, "")
		add("control character", "a%00", api.CodeNotFound, "")
		add("too long", strings.Repeat("a", 2000), api.CodeNotFound, "")
		add("in capitals", strings.ToUpper(held), api.CodeNotFound, "")
		add("of nothing", api.NewID(p.prefix()), api.CodeNotFound, "")
		add("of another kind", api.NewID(api.PrefixMovement), api.CodeWrongIDType, "path."+p.Name)
	}
	return slices.DeleteFunc(all, func(m mutation) bool {
		return op.ID == "remove-cart-item" && strings.HasPrefix(m.name, "path item_id: of nothing") // gone already is no error
	})
}

func headerMutations(op *operation) []mutation {
	header := func(name, value string) func(*wire) {
		return func(w *wire) {
			changed := map[string]string{}
			for n, v := range w.header {
				changed[n] = v
			}
			if changed[name] = value; value == "" {
				delete(changed, name)
			}
			w.header = changed
		}
	}
	var all []mutation
	add := func(name, header string, change func(*wire), status int, code string) {
		all = append(all, mutation{name: header + ": " + name, change: change, status: status, code: code, pointer: "header." + header})
	}
	if op.Guarded {
		add("missing", "If-Match", header("If-Match", ""), 428, api.CodePreconditionRequired)
		add("stale", "If-Match", header("If-Match", `"999999"`), 412, api.CodePreconditionFailed)
		add("weak", "If-Match", header("If-Match", `W/"1"`), 0, "")
		add("no number", "If-Match", header("If-Match", `"x"`), 0, "")
		add("no quotes", "If-Match", header("If-Match", "1,2"), 0, "")
		for i := range all {
			all[i].pointer = ""
		}
	}
	if op.Idempotent {
		add("missing", "Idempotency-Key", header("Idempotency-Key", ""), 400, api.CodeIdempotencyMissing)
		add("too long", "Idempotency-Key", header("Idempotency-Key", strings.Repeat("k", 256)), 422, api.CodeInvalid)
		add("with a blank", "Idempotency-Key", header("Idempotency-Key", "a b"), 422, api.CodeInvalid)
		add("not ASCII", "Idempotency-Key", header("Idempotency-Key", "kunci-é"), 422, api.CodeInvalid)
	}
	for _, p := range op.params {
		if p.In == "header" && p.Schema.MaxLength != nil {
			add("too long", p.Name, header(p.Name, strings.Repeat("a", *p.Schema.MaxLength+1)), 422, api.CodeInvalid)
		}
	}
	return all
}

// formMutations are about the body as a whole, whatever is in it.
func formMutations(op *operation, sent wire) []mutation {
	wrongMedia := func(media string) func(*wire) { return func(w *wire) { w.media = media } }
	return []mutation{
		{name: "content type text/plain", change: wrongMedia("text/plain"), status: 415, code: api.CodeUnsupportedMedia, pointer: "header.Content-Type"},
		{name: "content type of a form", change: wrongMedia("application/x-www-form-urlencoded"), status: 415, code: api.CodeUnsupportedMedia, pointer: "header.Content-Type"},
		{name: "content type nonsense", change: wrongMedia("/;;"), status: 415, code: api.CodeUnsupportedMedia, pointer: "header.Content-Type"},
		{name: "compressed", change: func(w *wire) { w.header["Content-Encoding"] = "gzip" }, status: 415},
		{name: "too large", change: func(w *wire) { w.body = pad(sent.body, op.MaxBody+1) }, status: 413, code: api.CodeTooLarge},
		{name: "no body", change: func(w *wire) { w.body = nil }},
	}
}

// pad makes a body longer without changing what it says.
func pad(body []byte, size int64) []byte {
	padded := bytes.Repeat([]byte{' '}, int(size))
	copy(padded, body)
	return padded
}

func jsonMutations(sent wire) []mutation {
	body := func(raw string) func(*wire) { return func(w *wire) { w.body = []byte(raw) } }
	text := string(sent.body)
	malformed := func(name, raw string) mutation {
		return mutation{name: name, change: body(raw), status: 400, code: api.CodeMalformed, pointer: "#"}
	}
	return []mutation{
		malformed("truncated JSON", text[:len(text)-1]),
		malformed("trailing data", text+"{}"),
		malformed("trailing garbage", text+"x"),
		malformed("deep nesting", strings.Repeat(`{"a":`, 100)+"1"+strings.Repeat("}", 100)),
		malformed("deep lists", strings.Repeat("[", 4000)),
		malformed("invalid UTF-8", strings.Replace(text, "{", "{\"\xff\":1,", 1)),
		malformed("byte order mark", "\ufeff"+text),
		malformed("UTF-16", utf16(text)),
		{name: "a list for a body", change: body("[" + text + "]")},
		{name: "a text for a body", change: body(`"text"`)},
		{name: "null for a body", change: body("null")},
		{name: "charset latin-1", change: func(w *wire) { w.media += "; charset=iso-8859-1" }, status: 415},
	}
}

func utf16(s string) string {
	var b strings.Builder
	for _, r := range s {
		b.WriteByte(byte(r))
		b.WriteByte(0)
	}
	return b.String()
}

// currencyMutations changes each currency to one that exists but is wrong here.
func currencyMutations(t *testing.T, valid request, node any, at []string) []mutation {
	var all []mutation
	switch n := node.(type) {
	case map[string]any:
		for name, child := range n {
			below := append(slices.Clone(at), name)
			if name == "currency" && valid.otherCurrency != "" {
				all = append(all, bodyChange{"another currency", below, valid.otherCurrency, false}.mutation(t, valid.body))
			}
			all = append(all, currencyMutations(t, valid, child, below)...)
		}
	case []any:
		if len(n) > 0 {
			all = append(all, currencyMutations(t, valid, n[0], append(slices.Clone(at), "0"))...)
		}
	}
	return all
}
