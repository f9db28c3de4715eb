package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/big"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pasar/api"
)

// mutation is one way in which a valid request is made wrong.
type mutation struct {
	name    string
	change  func(*wire)
	as      func(*client) *client // nil: as whoever may send the valid request
	status  int                   // 0: any 4xx
	code    string                // "": any registered code
	pointer string                // what errors[].pointer must begin with; "": need not name anything
}

// bodyChange is one value of a JSON body made wrong.
type bodyChange struct {
	name    string
	at      []string // the way to the value; "0" picks from a list
	value   any      // remove takes it out
	pointer bool     // the answer must point there
}

var remove = new(struct{})

func (c bodyChange) mutation(t *testing.T, valid map[string]any) mutation {
	m := mutation{name: strings.Join(c.at, ".") + ": " + c.name}
	if c.pointer {
		m.pointer = "#/" + strings.Join(c.at, "/")
	}
	changed := set(copyJSON(t, valid), c.at, c.value)
	m.change = func(w *wire) { w.body = encode(t, changed) }
	return m
}

// copyJSON returns a copy of v in which numbers keep all their digits.
func copyJSON(t *testing.T, v any) any {
	t.Helper()
	decoder := json.NewDecoder(bytes.NewReader(encode(t, v)))
	decoder.UseNumber()
	var copied any
	if err := decoder.Decode(&copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

func set(node any, at []string, value any) any {
	switch n := node.(type) {
	case map[string]any:
		if len(at) > 1 {
			n[at[0]] = set(n[at[0]], at[1:], value)
		} else if n[at[0]] = value; value == any(remove) {
			delete(n, at[0])
		}
	case []any:
		if len(at) > 1 {
			n[0] = set(n[0], at[1:], value)
		} else {
			n[0] = value
		}
	}
	return node
}

// bodyChanges lists what can be wrong with a body of this schema, value by
// value, along what the valid body holds.
func bodyChanges(s *schema, valid any, at []string) []bodyChange {
	var all []bodyChange
	add := func(name string, value any) { all = append(all, bodyChange{name, at, value, true}) }
	if len(at) > 0 {
		for _, wrong := range wrongTypes(s) {
			add("wrong type "+compact(wrong), wrong)
		}
	}
	switch {
	case s.is("object"):
		all = append(all, objectChanges(s, valid, at)...)
	case s.is("array"):
		list, _ := valid.([]any)
		if s.MaxItems != nil && len(list) > 0 {
			add("too many", slices.Repeat(list[:1], *s.MaxItems+1))
		}
		if s.MinItems != nil && *s.MinItems > 0 {
			add("empty", []any{})
		}
		if s.Unique && len(list) > 0 {
			add("twice the same", []any{list[0], list[0]})
		}
		if len(list) > 0 {
			all = append(all, bodyChanges(s.Items, list[0], append(slices.Clone(at), "0"))...)
		}
	case s.is("string"):
		all = append(all, stringChanges(s, valid, at)...)
	case s.is("integer"):
		all = append(all, numberChanges(s, at)...)
	}
	return all
}

func objectChanges(s *schema, valid any, at []string) []bodyChange {
	held, _ := valid.(map[string]any)
	var all []bodyChange
	if held == nil {
		return nil
	}
	if len(s.Properties) > 0 {
		all = append(all, bodyChange{"unknown field", append(slices.Clone(at), "no_such_field"), "x", true})
	}
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		below := append(slices.Clone(at), name)
		if slices.Contains(s.Required, name) {
			all = append(all, bodyChange{"missing", below, remove, true})
		}
		all = append(all, bodyChanges(s.Properties[name], held[name], below)...)
	}
	if len(s.Properties) == 0 {
		for name, value := range held {
			all = append(all, stringChanges(&schema{Type: types{"string"}}, value, append(slices.Clone(at), name))...)
		}
	}
	return all
}

// wrongTypes are values of every type but the schema's.
func wrongTypes(s *schema) []any {
	var wrong []any
	for _, one := range []struct {
		kind  string
		value any
	}{
		{"string", "text"},
		{"integer", 7},
		{"boolean", true},
		{"array", []any{}},
		{"object", map[string]any{}},
		{"null", nil},
	} {
		if !s.is(one.kind) {
			wrong = append(wrong, one.value)
		}
	}
	return wrong
}

var anID = regexp.MustCompile(`^[a-z]{3}_[0-9a-z]{26}$`)

func stringChanges(s *schema, valid any, at []string) []bodyChange {
	held, _ := valid.(string)
	if held == "" {
		held = "a"
	}
	longest := 100_000
	if s.MaxLength != nil {
		longest = *s.MaxLength
	}
	all := []bodyChange{
		{"too long", at, strings.Repeat("a", longest+1), s.MaxLength != nil},
		{"NUL", at, held + "\u0000", true},
		{"escape", at, "\u001b[31m" + held, true},
		{"delete", at, held + "\u007f", true},
		{"next line", at, held + "\u0085", true},
	}
	if s.MinLength != nil && *s.MinLength > 0 {
		all = append(all, bodyChange{"empty", at, "", true})
	}
	if len(s.Enum) > 0 {
		all = append(all, bodyChange{"not one of the choices", at, "no-such-choice", true}, bodyChange{"other case", at, strings.ToUpper(held), true})
	}
	if s.Format == "date-time" {
		all = append(all, bodyChange{"no time", at, "yesterday", true}, bodyChange{"no zone", at, "2030-01-01T00:00:00", true})
	}
	if s.Format == "uri" {
		all = append(all, bodyChange{"a script", at, "javascript:alert(1)", true}, bodyChange{"no host", at, "https://", true})
	}
	if anID.MatchString(held) {
		all = append(all,
			bodyChange{"malformed id", at, "123", true},
			bodyChange{"id of another kind", at, api.NewID(api.PrefixMovement), true},
			bodyChange{"id of nothing", at, api.NewID(held[:3]), false},
			bodyChange{"id in capitals", at, strings.ToUpper(held), true},
		)
	}
	if at[len(at)-1] == "currency" {
		all = append(all, bodyChange{"no currency", at, "XXX", false}, bodyChange{"small letters", at, "idr", true})
	}
	return all
}

func numberChanges(s *schema, at []string) []bodyChange {
	all := []bodyChange{
		{"half", at, json.Number("1.5"), true},
		{"one more than fits", at, json.Number("9223372036854775808"), true},
		{"one less than fits", at, json.Number("-9223372036854775809"), true},
		{"astronomic", at, json.Number("1e30"), true},
		{"least", at, json.Number("-9223372036854775808"), s.Minimum != nil},
		{"most", at, json.Number("9223372036854775807"), s.Maximum != nil},
	}
	if s.Minimum == nil {
		all = append(all, bodyChange{"negative", at, -1, false})
	} else {
		all = append(all, bodyChange{"less than the least", at, plus(*s.Minimum, -1), true})
	}
	if s.Maximum != nil {
		all = append(all, bodyChange{"more than the most", at, plus(*s.Maximum, 1), true})
	}
	return all
}

func plus(n json.Number, d int64) json.Number {
	sum, ok := new(big.Int).SetString(n.String(), 10)
	if !ok {
		panic("a limit of the contract is no integer: " + n.String())
	}
	return json.Number(sum.Add(sum, big.NewInt(d)).String())
}

func compact(v any) string { return strings.TrimSpace(fmt.Sprintf("%v", v)) }
