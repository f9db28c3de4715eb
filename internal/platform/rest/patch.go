package rest

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Patch is a field of a merge patch (RFC 7396), which tells three things apart:
// left out, null and a value. Tag it `json:"name,omitzero"`; the rules of the
// other tags hold for the value.
type Patch[T any] struct {
	sent  bool
	value *T
}

// Set returns a patch that sets a field to v.
func Set[T any](v T) Patch[T] { return Patch[T]{sent: true, value: &v} }

// Remove returns a patch that removes a field.
func Remove[T any]() Patch[T] { return Patch[T]{sent: true} }

// Get returns what was sent: nil, true asks to remove the field; false says
// that it was left out.
func (p Patch[T]) Get() (value *T, sent bool) { return p.value, p.sent }

// IsZero reports whether the field was left out.
func (p Patch[T]) IsZero() bool { return !p.sent }

// UnmarshalJSON is called only for fields that were sent.
func (p *Patch[T]) UnmarshalJSON(data []byte) error {
	p.sent, p.value = true, nil
	if bytes.Equal(data, []byte("null")) {
		return nil
	}
	return json.Unmarshal(data, &p.value)
}

// MarshalJSON writes the value or null; omitzero keeps the rest silent.
func (p Patch[T]) MarshalJSON() ([]byte, error) { return json.Marshal(p.value) }

// Schema is that of T. Null is among the types of a plain value; a struct stays
// a reference to its named schema, which generators of clients need more, and
// x-nullable beside it says that null is taken too.
func (p Patch[T]) Schema(r huma.Registry) *huma.Schema {
	schema := r.Schema(reflect.TypeFor[T](), true, "")
	if schema.Ref == "" {
		schema.Nullable = true
	} else {
		schema.Extensions = map[string]any{nullableRef: true}
	}
	return schema
}

// patched tells Patch from other types that decode themselves.
func (Patch[T]) patched() {}

type patchMember interface{ patched() }

// patchText checks the text of a Patch's value by the rules of its field.
func patchText(t reflect.Type, rules textField, making map[reflect.Type]*walker) walker {
	value, _ := t.FieldByName("value")
	walk := rules.on(value.Type, making)
	if walk == nil {
		return nil
	}
	return func(c *checker, v reflect.Value) { walk(c, v.FieldByIndex(value.Index)) }
}
