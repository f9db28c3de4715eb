package rest

import (
	"bytes"
	"encoding/json"
	"reflect"

	"github.com/danielgtaylor/huma/v2"
)

// Patch is a field of a merge patch (RFC 7396), which tells three things apart:
// left out, null and a value. Tag it `json:"name,omitzero"`. The text in it is
// not looked at by the binding: the service checks it.
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

// Schema is that of T, written out so that null can be among its types.
func (p Patch[T]) Schema(r huma.Registry) *huma.Schema {
	schema := *huma.SchemaFromType(r, reflect.TypeFor[T]())
	schema.Nullable = true
	return &schema
}
