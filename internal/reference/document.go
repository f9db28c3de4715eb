// Package reference shows the shop's OpenAPI document to people: one page,
// made once at start, that needs no network and no script.
package reference

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// document is the part of OpenAPI 3.1 that the page shows.
type document struct {
	Info struct {
		Title   string `json:"title"`
		Version string `json:"version"`
	} `json:"info"`
	Paths      map[string]map[string]json.RawMessage `json:"paths"`
	Components struct {
		Schemas map[string]*schema `json:"schemas"`
	} `json:"components"`
}

type operation struct {
	ID          string              `json:"operationId"`
	Summary     string              `json:"summary"`
	Description string              `json:"description"`
	Tags        []string            `json:"tags"`
	Parameters  []parameter         `json:"parameters"`
	RequestBody *body               `json:"requestBody"`
	Responses   map[string]response `json:"responses"`
}

type parameter struct {
	Name        string  `json:"name"`
	In          string  `json:"in"`
	Required    bool    `json:"required"`
	Description string  `json:"description"`
	Schema      *schema `json:"schema"`
}

type body struct {
	Content map[string]media `json:"content"`
}

type response struct {
	Description string           `json:"description"`
	Content     map[string]media `json:"content"`
}

type media struct {
	Schema *schema `json:"schema"`
}

type schema struct {
	Ref         string             `json:"$ref"`
	Type        typeNames          `json:"type"`
	Format      string             `json:"format"`
	Description string             `json:"description"`
	Enum        []any              `json:"enum"`
	Pattern     string             `json:"pattern"`
	Minimum     *float64           `json:"minimum"`
	Maximum     *float64           `json:"maximum"`
	MinLength   *int               `json:"minLength"`
	MaxLength   *int               `json:"maxLength"`
	Default     any                `json:"default"`
	Properties  map[string]*schema `json:"properties"`
	Required    []string           `json:"required"`
	Items       *schema            `json:"items"`
}

// typeNames reads "string" and ["string", "null"] alike.
type typeNames []string

func (t *typeNames) UnmarshalJSON(raw []byte) error {
	var one string
	if err := json.Unmarshal(raw, &one); err == nil {
		*t = typeNames{one}
		return nil
	}
	var many []string
	if err := json.Unmarshal(raw, &many); err != nil {
		return fmt.Errorf("reference: a schema's type is neither a name nor a list: %w", err)
	}
	*t = many
	return nil
}

// service is one chapter of the page.
type service struct {
	Name       string
	Operations []entry
}

// entry is one operation as the page shows it.
type entry struct {
	Method, Path, ID, Summary, Description string
	Parameters                             []field
	Body                                   []field
	Responses                              []answer
}

type answer struct {
	Status, Description string
	Fields              []field
}

// field is one line of a table; Depth indents it below its parent.
type field struct {
	Name, Type, Rules, Description string
	Required                       bool
	Depth                          int
}

var methods = []string{"get", "post", "put", "patch", "delete"}

// parse sorts the document's operations into chapters.
func parse(raw []byte) (document, []service, error) {
	var doc document
	if err := json.Unmarshal(raw, &doc); err != nil {
		return doc, nil, fmt.Errorf("reference: read the OpenAPI document: %w", err)
	}
	chapters := map[string][]entry{}
	for _, path := range slices.Sorted(maps.Keys(doc.Paths)) {
		for _, method := range methods {
			rawOperation, exists := doc.Paths[path][method]
			if !exists {
				continue
			}
			var op operation
			if err := json.Unmarshal(rawOperation, &op); err != nil {
				return doc, nil, fmt.Errorf("reference: read %s %s: %w", method, path, err)
			}
			tag := "other"
			if len(op.Tags) > 0 {
				tag = op.Tags[0]
			}
			chapters[tag] = append(chapters[tag], doc.entry(strings.ToUpper(method), path, op))
		}
	}
	var services []service
	for _, name := range slices.Sorted(maps.Keys(chapters)) {
		services = append(services, service{name, chapters[name]})
	}
	return doc, services, nil
}

func (d document) entry(method, path string, op operation) entry {
	e := entry{Method: method, Path: path, ID: op.ID, Summary: op.Summary, Description: op.Description}
	for _, p := range op.Parameters {
		line := d.line(p.Name, p.Schema, p.Required, 0)
		line.Name, line.Description = p.Name+" · "+p.In, p.Description
		e.Parameters = append(e.Parameters, line)
	}
	if op.RequestBody != nil {
		e.Body = d.content(op.RequestBody.Content)
	}
	for _, status := range slices.Sorted(maps.Keys(op.Responses)) {
		r := op.Responses[status]
		a := answer{Status: status, Description: r.Description}
		if strings.HasPrefix(status, "2") {
			a.Fields = d.content(r.Content)
		}
		e.Responses = append(e.Responses, a)
	}
	return e
}

func (d document) content(content map[string]media) []field {
	for _, kind := range slices.Sorted(maps.Keys(content)) {
		if strings.Contains(kind, "json") {
			return d.fields(content[kind].Schema, 0)
		}
	}
	return nil
}

const maxDepth = 5 // a schema that refers to itself ends here

func (d document) resolve(s *schema) (resolved *schema, name string) {
	for s != nil && s.Ref != "" {
		name = strings.TrimPrefix(s.Ref, "#/components/schemas/")
		s = d.Components.Schemas[name]
	}
	return s, name
}

// fields lists an object's members, and below each those of what it holds.
func (d document) fields(s *schema, depth int) []field {
	s, _ = d.resolve(s)
	if s == nil || depth > maxDepth {
		return nil
	}
	if s.Items != nil {
		return d.fields(s.Items, depth)
	}
	var lines []field
	for _, name := range slices.Sorted(maps.Keys(s.Properties)) {
		if name == "$schema" {
			continue
		}
		lines = append(lines, d.line(name, s.Properties[name], slices.Contains(s.Required, name), depth))
		lines = append(lines, d.fields(s.Properties[name], depth+1)...)
	}
	return lines
}

func (d document) line(name string, s *schema, required bool, depth int) field {
	resolved, ref := d.resolve(s)
	if resolved == nil {
		return field{Name: name, Type: "any", Required: required, Depth: depth}
	}
	kind := strings.Join(resolved.Type, " or ")
	switch {
	case resolved.Items != nil:
		item, itemRef := d.resolve(resolved.Items)
		kind = "list"
		if itemRef != "" {
			kind = "list of " + itemRef
		} else if item != nil && len(item.Type) > 0 {
			kind = "list of " + item.Type[0]
		}
	case ref != "":
		kind = ref
	}
	if resolved.Format != "" {
		kind += ", " + resolved.Format
	}
	description := s.Description
	if description == "" {
		description = resolved.Description
	}
	return field{Name: name, Type: kind, Rules: rules(resolved), Description: description, Required: required, Depth: depth}
}

func rules(s *schema) string {
	var parts []string
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
		}
		parts = append(parts, strings.Join(values, " | "))
	}
	if s.Minimum != nil {
		parts = append(parts, fmt.Sprintf("≥ %v", *s.Minimum))
	}
	if s.Maximum != nil {
		parts = append(parts, fmt.Sprintf("≤ %v", *s.Maximum))
	}
	if s.MinLength != nil && *s.MinLength > 0 {
		parts = append(parts, fmt.Sprintf("at least %d characters", *s.MinLength))
	}
	if s.MaxLength != nil {
		parts = append(parts, fmt.Sprintf("at most %d characters", *s.MaxLength))
	}
	if s.Default != nil {
		parts = append(parts, fmt.Sprintf("default %v", s.Default))
	}
	return strings.Join(parts, "; ")
}
