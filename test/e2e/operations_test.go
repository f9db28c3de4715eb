package e2e_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

// operation is one public operation: what the contract says of it, and how the
// running shop describes it.
type operation struct {
	rest.Info
	params []parameter
	media  []string // of the body; nil when it takes none
	body   *schema  // of a JSON body
}

// parameter is a parameter outside the body.
type parameter struct {
	In       string `json:"in"`
	Name     string `json:"name"`
	Required bool   `json:"required"`
	Schema   schema `json:"schema"`
}

// takesBody reports whether the operation reads a body.
func (op *operation) takesBody() bool { return op.media != nil }

// names reports whether the path names one resource by its id.
func (op *operation) namesResource() bool {
	return slices.ContainsFunc(op.params, func(p parameter) bool { return p.In == "path" && p.isID() })
}

// isID reports whether the parameter takes the id of one kind of resource.
func (p parameter) isID() bool { return strings.Contains(p.Schema.Pattern, "_[0-9a-hj") }

// prefix returns the prefix of the ids that the parameter takes.
func (p parameter) prefix() string {
	prefix, _, _ := strings.Cut(strings.TrimPrefix(p.Schema.Pattern, "^"), "_")
	return prefix
}

// schema is as much of a JSON Schema as the contracts use.
type schema struct {
	Ref        string             `json:"$ref"`
	Type       types              `json:"type"`
	Format     string             `json:"format"`
	Properties map[string]*schema `json:"properties"`
	Required   []string           `json:"required"`
	Items      *schema            `json:"items"`
	Enum       []any              `json:"enum"`
	Pattern    string             `json:"pattern"`
	MinLength  *int               `json:"minLength"`
	MaxLength  *int               `json:"maxLength"`
	MinItems   *int               `json:"minItems"`
	MaxItems   *int               `json:"maxItems"`
	Unique     bool               `json:"uniqueItems"`
	Minimum    *json.Number       `json:"minimum"`
	Maximum    *json.Number       `json:"maximum"`
	Nullable   bool               `json:"x-nullable"`
}

// types is "string" or ["string", "null"].
type types []string

func (ts *types) UnmarshalJSON(raw []byte) error {
	if len(raw) > 0 && raw[0] == '"' {
		*ts = make([]string, 1)
		return json.Unmarshal(raw, &(*ts)[0])
	}
	return json.Unmarshal(raw, (*[]string)(ts))
}

// is reports whether values may be of this type.
func (s *schema) is(kind string) bool { return slices.Contains(s.Type, kind) }

// document is the OpenAPI document of a running shop.
type document struct {
	Paths map[string]map[string]struct {
		Access      string      `json:"x-access"`
		Permission  string      `json:"x-permission"`
		Parameters  []parameter `json:"parameters"`
		RequestBody struct {
			Content map[string]struct {
				Schema *schema `json:"schema"`
			} `json:"content"`
		} `json:"requestBody"`
	} `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

// resolve replaces references, in place: no contract refers to itself in what
// it takes.
func (d *document) resolve(s *schema) *schema {
	if s == nil {
		return nil
	}
	if name, ok := strings.CutPrefix(s.Ref, "#/components/schemas/"); ok {
		resolved := *d.resolve(d.Components.Schemas[name])
		if s.Nullable {
			resolved.Type = append(slices.Clone(resolved.Type), "null")
		}
		return &resolved
	}
	for name, property := range s.Properties {
		s.Properties[name] = d.resolve(property)
	}
	s.Items = d.resolve(s.Items)
	return s
}

// operations returns every public operation of the shop, by its id. What the
// contract declares must be served, and what is served must be declared.
func (s *shop) operations(t *testing.T) []*operation {
	t.Helper()
	served := newClient(t, s.url).must(200, "GET", "/openapi.json", nil)
	var doc document
	if err := json.Unmarshal(served.raw, &doc); err != nil {
		t.Fatalf("/openapi.json cannot be read: %v", err)
	}
	var all []*operation
	for _, a := range contract.APIs() {
		for _, info := range a.Operations() {
			if info.Internal() {
				continue
			}
			path, method := strings.ReplaceAll(info.Path, "...}", "}"), strings.ToLower(info.Method)
			described, ok := doc.Paths[path][method]
			if !ok {
				t.Errorf("%s is in the contract, but the shop does not serve %s %s", info.ID, info.Method, info.Path)
				continue
			}
			delete(doc.Paths[path], method)
			if described.Access != info.Access || described.Permission != info.Permission {
				t.Errorf("%s is %s %s in the contract and %s %s in /openapi.json", info.ID, info.Access, info.Permission, described.Access, described.Permission)
			}
			op := &operation{Info: info, params: described.Parameters}
			for media, content := range described.RequestBody.Content {
				op.media = append(op.media, media)
				if strings.HasSuffix(media, "json") && info.ID != "receive-webhook" {
					op.body = doc.resolve(content.Schema)
				}
			}
			slices.Sort(op.media)
			all = append(all, op)
		}
	}
	for path, methods := range doc.Paths {
		for method := range methods {
			t.Errorf("the shop serves %s %s, which no contract declares", strings.ToUpper(method), path)
		}
	}
	slices.SortFunc(all, func(a, b *operation) int { return strings.Compare(a.ID, b.ID) })
	return all
}
