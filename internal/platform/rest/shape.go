package rest

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"

	"github.com/danielgtaylor/huma/v2"

	"pasar/internal/platform/fault"
)

// nullableRef marks a reference whose value may be null. A reference has no
// type of its own that could say so.
const nullableRef = "x-nullable"

// checkShape refuses what huma's validation takes, or breaks over: null for a
// field that may be left out but not be null, and lists or objects in a list
// whose items must differ. Few bodies can hold either, so few are parsed twice.
func (x *exchange) checkShape() error {
	schema := bodySchema(x.route.operation)
	if schema == nil || !x.route.hasUniqueLists && !bytes.Contains(x.body, []byte("null")) {
		return nil
	}
	var body any
	if json.Unmarshal(x.body, &body) != nil {
		return nil // huma says what is wrong with it
	}
	check := shapeChecker{registry: x.api.huma.OpenAPI().Components.Schemas}
	check.value(schema, body, "#")
	if len(check.fields) == 0 {
		return nil
	}
	return invalid(check.fields)
}

type shapeChecker struct {
	registry huma.Registry
	fields   []fault.Field
}

func (c *shapeChecker) wrongType(pointer, expected string) {
	if len(c.fields) < maxFields {
		c.fields = append(c.fields, fault.Field{Pointer: pointer, Code: "wrong_type", Detail: "expected " + expected})
	}
}

func (c *shapeChecker) value(schema *huma.Schema, value any, pointer string) {
	if schema == nil {
		return
	}
	nullable := schema.Nullable || schema.Extensions[nullableRef] == true
	schema = resolve(c.registry, schema)
	switch v := value.(type) {
	case nil:
		if !nullable && !schema.Nullable && schema.Type != "" {
			c.wrongType(pointer, schema.Type+", not null")
		}
	case map[string]any:
		c.object(schema, v, pointer)
	case []any:
		for i, item := range v {
			at := pointer + "/" + strconv.Itoa(i)
			if schema.UniqueItems && !comparableJSON(item) {
				c.wrongType(at, resolve(c.registry, schema.Items).Type)
				continue
			}
			c.value(schema.Items, item, at)
		}
	}
}

func (c *shapeChecker) object(schema *huma.Schema, object map[string]any, pointer string) {
	additional, _ := schema.AdditionalProperties.(*huma.Schema)
	names := make([]string, 0, len(object))
	for name := range object {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		property := schema.Properties[name]
		if property == nil {
			property = additional
		}
		c.value(property, object[name], pointer+"/"+escapePointer(name))
	}
}

func comparableJSON(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	}
	return true
}

// hasUniqueLists reports whether a body of this schema holds lists whose items
// must differ. The schemas of bodies are trees.
func hasUniqueLists(registry huma.Registry, schema *huma.Schema) bool {
	schema = resolve(registry, schema)
	if schema == nil {
		return false
	}
	if schema.UniqueItems || hasUniqueLists(registry, schema.Items) {
		return true
	}
	for _, property := range schema.Properties {
		if hasUniqueLists(registry, property) {
			return true
		}
	}
	return false
}

// pointerAt returns the pointer to the value that ends at an offset of valid
// JSON, "#" when there is none.
func pointerAt(body []byte, offset int64) string {
	decoder := json.NewDecoder(bytes.NewReader(body))
	type level struct {
		list bool
		name string // of the member at hand
		next bool   // a name comes next
		at   int
	}
	var path []level
	pointer := func() string {
		var p bytes.Buffer
		p.WriteByte('#')
		for _, l := range path {
			p.WriteByte('/')
			if l.list {
				p.WriteString(strconv.Itoa(l.at))
			} else {
				p.WriteString(escapePointer(l.name))
			}
		}
		return p.String()
	}
	for {
		token, err := decoder.Token()
		if err != nil {
			return "#"
		}
		if delim, ok := token.(json.Delim); ok {
			switch delim {
			case '{', '[':
				path = append(path, level{list: delim == '[', next: delim == '{'})
				continue
			default:
				path = path[:len(path)-1]
			}
		} else if top := len(path) - 1; top >= 0 && path[top].next {
			path[top].name, path[top].next = token.(string), false
			continue
		} else if decoder.InputOffset() >= offset {
			return pointer()
		}
		if top := len(path) - 1; top >= 0 {
			path[top].next, path[top].at = !path[top].list, path[top].at+1
		}
	}
}
