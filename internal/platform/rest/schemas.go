package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Schemas describes Go types outside of operations, such as the data of events,
// by the tags that operations use.
type Schemas struct{ registry huma.Registry }

// NewSchemas returns an empty collection. The name of a type is that of its
// schema; two types of one name are a panic when the second is added.
func NewSchemas(name func(reflect.Type) string) *Schemas {
	prepareHuma()
	return &Schemas{registry: huma.NewMapRegistry(schemaRef, func(t reflect.Type, hint string) string {
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Name() == "" {
			return hint
		}
		return name(t)
	})}
}

// Add describes a struct and what it is made of, and returns its name.
func (s *Schemas) Add(t reflect.Type) string {
	return strings.TrimPrefix(s.registry.Schema(t, true, "").Ref, schemaRef)
}

// Map returns the JSON Schema of everything added, by name, as plain data. They are open:
// what is described may grow.
func (s *Schemas) Map() (map[string]any, error) {
	encoded, err := json.Marshal(s.registry.Map())
	if err != nil {
		return nil, fmt.Errorf("rest: describe types: %w", err)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var schemas map[string]any
	if err := decoder.Decode(&schemas); err != nil {
		return nil, fmt.Errorf("rest: describe types: %w", err)
	}
	open(schemas)
	return schemas, nil
}
