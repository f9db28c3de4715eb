package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"
)

// Versions of OpenAPI that documents are written in.
const (
	OpenAPI31 = "3.1"
	OpenAPI30 = "3.0.3" // for generators that do not read 3.1
)

// Document is an OpenAPI document of one service or of several.
type Document struct {
	root map[string]any
}

// OpenAPI returns the document of this service, internal operations included,
// as indented JSON with a stable order.
func (a *API) OpenAPI(version string) ([]byte, error) {
	document, err := a.Document()
	if err != nil {
		return nil, err
	}
	return document.JSON(version)
}

// Document returns the document of this service, internal operations included.
func (a *API) Document() (*Document, error) {
	root, err := a.load()
	if err != nil {
		return nil, err
	}
	return finish(root, a), nil
}

// Tell adds members to the document's info, such as its license.
func (d *Document) Tell(info map[string]any) { maps.Copy(object(d.root, "info"), info) }

// Merge returns one document of the public operations of several services.
// Schemas that differ under one name take the name of their service in front.
func Merge(title, version string, apis ...*API) (*Document, error) {
	merged := map[string]any{
		"openapi":    "3.1.0",
		"info":       map[string]any{"title": title, "version": version},
		"paths":      map[string]any{},
		"components": map[string]any{"schemas": map[string]any{}},
	}
	roots := make([]map[string]any, len(apis))
	for i, a := range apis {
		root, err := a.load()
		if err != nil {
			return nil, err
		}
		hideInternal(root)
		prune(root)
		roots[i] = root
	}
	separate(apis, roots)
	for i, root := range roots {
		if err := unite(object(merged, "paths"), object(root, "paths")); err != nil {
			return nil, fmt.Errorf("merge %s: %w", apis[i].Service(), err)
		}
		maps.Copy(schemasOf(merged), schemasOf(root))
	}
	return finish(merged, apis...), nil
}

// JSON returns the document, indented, in OpenAPI31 or OpenAPI30.
func (d *Document) JSON(version string) ([]byte, error) {
	root := d.root
	switch version {
	case OpenAPI31:
	case OpenAPI30:
		root = clone(root).(map[string]any)
		downgrade(root, false)
		root["openapi"] = OpenAPI30
	default:
		return nil, fmt.Errorf("rest: no OpenAPI %q; there are %s and %s", version, OpenAPI31, OpenAPI30)
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(root); err != nil {
		return nil, fmt.Errorf("rest: encode OpenAPI document: %w", err)
	}
	return buffer.Bytes(), nil
}

// load returns huma's document as plain data.
func (a *API) load() (map[string]any, error) {
	if err := a.checkExamples(); err != nil {
		return nil, err
	}
	encoded, err := json.Marshal(a.huma.OpenAPI())
	if err != nil {
		return nil, fmt.Errorf("rest: describe %s: %w", a.config.Service, err)
	}
	decoder := json.NewDecoder(bytes.NewReader(encoded))
	decoder.UseNumber()
	var root map[string]any
	if err := decoder.Decode(&root); err != nil {
		return nil, fmt.Errorf("rest: describe %s: %w", a.config.Service, err)
	}
	paths := object(root, "paths")
	for path, item := range paths {
		if plain := strings.ReplaceAll(path, "...}", "}"); plain != path {
			delete(paths, path)
			paths[plain] = item
		}
	}
	a.describePathIDs(root)
	return root, nil
}

// finish turns loaded data into a document fit for others.
func finish(root map[string]any, apis ...*API) *Document {
	prune(root)
	relax(root)
	shareHeaders(root)
	tags, schemes := map[string]bool{}, map[string]any{}
	eachOperation(root, func(_, _ string, op map[string]any) {
		op["operationId"] = camel(fmt.Sprint(op["operationId"]))
		for _, tag := range op["tags"].([]any) {
			tags[fmt.Sprint(tag)] = true
		}
		for _, requirement := range op["security"].([]any) {
			for scheme := range requirement.(map[string]any) {
				schemes[scheme] = securitySchemes[scheme]
			}
		}
	})
	root["tags"] = describeTags(tags, apis)
	root["servers"] = []any{map[string]any{"url": "/"}}
	object(root, "components")["securitySchemes"] = schemes
	return &Document{root: root}
}

// describeTags lists the services that have operations in the document.
func describeTags(used map[string]bool, apis []*API) []any {
	var list []any
	for _, tag := range slices.Sorted(maps.Keys(used)) {
		about := "Operations of the " + tag + " service"
		for _, a := range apis {
			if a.config.Service == tag && a.config.Summary != "" {
				about = a.config.Summary
			}
		}
		list = append(list, map[string]any{"name": tag, "description": about})
	}
	return list
}

// hideInternal removes what the gateway never routes.
func hideInternal(root map[string]any) {
	paths := object(root, "paths")
	eachOperation(root, func(path, method string, op map[string]any) {
		if op["x-access"] == accessInternal.String() || strings.HasPrefix(path, internalPath) {
			delete(paths[path].(map[string]any), method)
		}
	})
	maps.DeleteFunc(paths, func(_ string, item any) bool { return len(item.(map[string]any)) == 0 })
}

// unite adds paths; two services may share a path, not an operation.
func unite(to, from map[string]any) error {
	for path, item := range from {
		known, ok := to[path].(map[string]any)
		if !ok {
			to[path] = item
			continue
		}
		for method, op := range item.(map[string]any) {
			if _, taken := known[method]; taken {
				return fmt.Errorf("%s %s is served by another service too", strings.ToUpper(method), path)
			}
			known[method] = op
		}
	}
	return nil
}

// checkExamples refuses examples that their own schema refuses.
func (a *API) checkExamples() error {
	registry := a.huma.OpenAPI().Components.Schemas
	var failed []error
	check := func(where string, schema *huma.Schema) {
		if schema == nil {
			return
		}
		for _, example := range schema.Examples {
			result := &huma.ValidateResult{}
			huma.Validate(registry, schema, huma.NewPathBuffer(nil, 0), huma.ModeReadFromServer, example, result)
			for _, err := range result.Errors {
				failed = append(failed, fmt.Errorf("%s: example: %w", where, err))
			}
		}
	}
	for name, schema := range registry.Map() {
		check(name, schema)
		for property, of := range schema.Properties {
			check(name+"."+property, of)
		}
	}
	for _, rt := range a.routes {
		for _, p := range rt.operation.Parameters {
			check(rt.info.ID+" "+p.Name, p.Schema)
		}
	}
	slices.SortFunc(failed, func(x, y error) int { return strings.Compare(x.Error(), y.Error()) })
	return errors.Join(failed...)
}

// camel turns get-product into getProduct, which generators make functions of.
func camel(id string) string {
	words := strings.Split(id, "-")
	for i, word := range words[1:] {
		if word != "" {
			words[i+1] = strings.ToUpper(word[:1]) + word[1:]
		}
	}
	return strings.Join(words, "")
}
