package rest

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

const (
	schemaRef = "#/components/schemas/"
	headerRef = "#/components/headers/"
)

func object(m map[string]any, name string) map[string]any {
	child, ok := m[name].(map[string]any)
	if !ok {
		child = map[string]any{}
		m[name] = child
	}
	return child
}

func schemasOf(root map[string]any) map[string]any {
	return object(object(root, "components"), "schemas")
}

func eachOperation(root map[string]any, do func(path, method string, op map[string]any)) {
	paths := object(root, "paths")
	for _, path := range slices.Sorted(maps.Keys(paths)) {
		item := paths[path].(map[string]any)
		for _, method := range slices.Sorted(maps.Keys(item)) {
			if op, ok := item[method].(map[string]any); ok {
				do(path, method, op)
			}
		}
	}
}

// eachRef visits every reference to a schema below node.
func eachRef(node any, visit func(holder map[string]any, name string)) {
	switch n := node.(type) {
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok {
			visit(n, strings.TrimPrefix(ref, schemaRef))
		}
		for _, child := range n {
			eachRef(child, visit)
		}
	case []any:
		for _, child := range n {
			eachRef(child, visit)
		}
	}
}

// reach adds the schemas that node needs, and those that they need.
func reach(node any, schemas map[string]any, reached map[string]bool) {
	eachRef(node, func(_ map[string]any, name string) {
		if !reached[name] {
			reached[name] = true
			reach(schemas[name], schemas, reached)
		}
	})
}

// prune drops schemas that no operation needs.
func prune(root map[string]any) {
	schemas, reached := schemasOf(root), map[string]bool{}
	reach(root["paths"], schemas, reached)
	maps.DeleteFunc(schemas, func(name string, _ any) bool { return !reached[name] })
}

// relax lets answers grow: only what a request carries is closed to unknown
// fields.
func relax(root map[string]any) {
	schemas, sent := schemasOf(root), map[string]bool{}
	eachOperation(root, func(_, _ string, op map[string]any) {
		reach(op["requestBody"], schemas, sent)
		reach(op["parameters"], schemas, sent)
	})
	for name, schema := range schemas {
		if !sent[name] {
			open(schema)
		}
	}
	eachOperation(root, func(_, _ string, op map[string]any) { open(op["responses"]) })
	admitNull(root)
}

func open(node any) {
	switch n := node.(type) {
	case map[string]any:
		if n["additionalProperties"] == false {
			delete(n, "additionalProperties")
		}
		for _, child := range n {
			open(child)
		}
	case []any:
		for _, child := range n {
			open(child)
		}
	}
}

// admitNull adds null to the enum of a nullable type, which else forbids it.
func admitNull(node any) {
	switch n := node.(type) {
	case map[string]any:
		types, _ := n["type"].([]any)
		if values, ok := n["enum"].([]any); ok && slices.Contains(types, any("null")) && !slices.Contains(values, nil) {
			n["enum"] = append(values, nil)
		}
		for _, child := range n {
			admitNull(child)
		}
	case []any:
		for _, child := range n {
			admitNull(child)
		}
	}
}

// shareHeaders moves headers that many answers have to the components.
func shareHeaders(root map[string]any) {
	shared := object(object(root, "components"), "headers")
	eachOperation(root, func(_, _ string, op map[string]any) {
		for _, response := range object(op, "responses") {
			headers, _ := response.(map[string]any)["headers"].(map[string]any)
			for name, header := range headers {
				if known, taken := shared[name]; taken && !reflect.DeepEqual(known, header) {
					continue
				}
				shared[name] = header
				headers[name] = map[string]any{"$ref": headerRef + name}
			}
		}
	})
}

// separate renames schemas that have one name and several meanings.
func separate(apis []*API, roots []map[string]any) {
	differing := map[string]bool{}
	for grown := true; grown; {
		grown = false
		seen := map[string]any{}
		for _, root := range roots {
			for name, schema := range schemasOf(root) {
				first, known := seen[name]
				seen[name] = schema
				if !differing[name] && known && (!reflect.DeepEqual(first, schema) || refersTo(schema, differing)) {
					differing[name], grown = true, true
				}
			}
		}
	}
	for i, root := range roots {
		prefix := strings.ToUpper(apis[i].Service()[:1]) + apis[i].Service()[1:]
		rename(root, differing, prefix)
	}
}

func refersTo(schema any, names map[string]bool) bool {
	found := false
	eachRef(schema, func(_ map[string]any, name string) { found = found || names[name] })
	return found
}

func rename(root map[string]any, names map[string]bool, prefix string) {
	eachRef(root, func(holder map[string]any, name string) {
		if names[name] {
			holder["$ref"] = schemaRef + prefix + name
		}
	})
	schemas := schemasOf(root)
	for name := range names {
		if schema, ok := schemas[name]; ok {
			delete(schemas, name)
			schemas[prefix+name] = schema
		}
	}
}

// downgrade rewrites schemas of 3.1 as 3.0.3 has them. Names of properties are
// not keywords, whatever they are called.
func downgrade(node any, names bool) {
	switch n := node.(type) {
	case []any:
		for _, child := range n {
			downgrade(child, false)
		}
	case map[string]any:
		if !names {
			downgradeKeywords(n)
		}
		for key, child := range n {
			if !names && (key == "example" || key == "default" || key == "enum") {
				continue
			}
			downgrade(child, !names && key == "properties")
		}
	}
}

func downgradeKeywords(n map[string]any) {
	if types, ok := n["type"].([]any); ok {
		for _, t := range types {
			if t == "null" {
				n["nullable"] = true
			} else {
				n["type"] = t
			}
		}
	}
	for bound, exclusive := range map[string]string{"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"} {
		if limit, ok := n[exclusive].(json.Number); ok {
			n[bound], n[exclusive] = limit, true
		}
	}
	if examples, ok := n["examples"].([]any); ok && len(examples) > 0 {
		delete(n, "examples")
		n["example"] = examples[0]
	}
	if n["contentEncoding"] == "base64" {
		n["format"] = "byte"
	}
	if _, ok := n["contentEncoding"].(string); ok {
		delete(n, "contentEncoding")
	}
	if _, ok := n["contentMediaType"].(string); ok {
		delete(n, "contentMediaType")
	}
	if ref, ok := n["$ref"]; ok && len(n) > 1 {
		delete(n, "$ref") // 3.0 ignores what stands beside it
		n["allOf"] = []any{map[string]any{"$ref": ref}}
	}
}

func clone(node any) any {
	switch n := node.(type) {
	case map[string]any:
		copied := make(map[string]any, len(n))
		for key, child := range n {
			copied[key] = clone(child)
		}
		return copied
	case []any:
		copied := make([]any, len(n))
		for i, child := range n {
			copied[i] = clone(child)
		}
		return copied
	}
	return node
}
