package contract_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"pasar/internal/contract"
	"pasar/internal/platform/rest"
)

// documents returns every OpenAPI document by name, in one version.
func documents(t *testing.T, version string) map[string]map[string]any {
	t.Helper()
	read := documents31
	if version == rest.OpenAPI30 {
		read = documents30
	}
	all, err := read()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var (
	documents31 = sync.OnceValues(func() (map[string]map[string]any, error) { return describe(rest.OpenAPI31) })
	documents30 = sync.OnceValues(func() (map[string]map[string]any, error) { return describe(rest.OpenAPI30) })
)

func describe(version string) (map[string]map[string]any, error) {
	written := map[string][]byte{}
	for _, a := range apis() {
		content, err := a.OpenAPI(version)
		if err != nil {
			return nil, err
		}
		written[a.Service()] = content
	}
	merged, err := rest.Merge(contract.Title, contract.Version, apis()...)
	if err != nil {
		return nil, err
	}
	if written["pasar"], err = merged.JSON(version); err != nil {
		return nil, err
	}
	all := map[string]map[string]any{}
	for name, content := range written {
		var doc map[string]any
		if err := json.Unmarshal(content, &doc); err != nil {
			return nil, err
		}
		all[name] = doc
	}
	return all, nil
}

// object walks down a document; what is not there is empty.
func object(node any, keys ...string) map[string]any {
	for _, key := range keys {
		m, _ := node.(map[string]any)
		node = m[key]
	}
	m, _ := node.(map[string]any)
	return m
}

func eachOperation(doc map[string]any, do func(where string, op map[string]any)) {
	for path, item := range object(doc, "paths") {
		for method, op := range object(item) {
			do(strings.ToUpper(method)+" "+path, object(op))
		}
	}
}

// visit calls do for every object below node, with the way that leads there.
func visit(node any, way []string, do func(way []string, object map[string]any)) {
	switch n := node.(type) {
	case map[string]any:
		do(way, n)
		for key, child := range n {
			visit(child, append(slices.Clone(way), key), do)
		}
	case []any:
		for i, child := range n {
			visit(child, append(slices.Clone(way), fmt.Sprint(i)), do)
		}
	}
}

func TestOperationsAreDocumented(t *testing.T) {
	t.Parallel()
	for name, doc := range documents(t, rest.OpenAPI31) {
		eachOperation(doc, func(where string, op map[string]any) {
			if op["summary"] == nil || strings.HasSuffix(op["summary"].(string), ".") {
				t.Errorf("%s: %s has no summary in one line without a full stop: %v", name, where, op["summary"])
			}
			tags, _ := op["tags"].([]any)
			security, _ := op["security"].([]any)
			if len(tags) != 1 || len(security) == 0 || op["description"] == "" {
				t.Errorf("%s: %s lacks a tag, its security or a description", name, where)
			}
			checkAnswers(t, name+": "+where, object(op, "responses"))
		})
	}
}

func checkAnswers(t *testing.T, where string, responses map[string]any) {
	t.Helper()
	good, bad := 0, 0
	for status, response := range responses {
		if status < "400" {
			good++
			continue
		}
		bad++
		if schema := object(response, "content", "application/problem+json", "schema"); schema["$ref"] != "#/components/schemas/Problem" {
			t.Errorf("%s: %s is not a problem document", where, status)
		}
	}
	if good == 0 || bad == 0 {
		t.Errorf("%s documents %d good and %d bad answers", where, good, bad)
	}
}

func TestPublicDocumentIsPublic(t *testing.T) {
	t.Parallel()
	for _, version := range []string{rest.OpenAPI31, rest.OpenAPI30} {
		doc := documents(t, version)["pasar"]
		eachOperation(doc, func(where string, op map[string]any) {
			if strings.Contains(where, "/internal") || op["x-access"] == "internal" {
				t.Errorf("%s is shown to the public", where)
			}
		})
		if schemes := object(doc, "components", "securitySchemes"); schemes["serviceKey"] != nil {
			t.Error("the public document tells of service keys")
		}
	}
}

// namedOrNumbered are the resources that may be named by slug instead of id.
var namedOrNumbered = []string{"getProduct", "getCategory"}

func TestPathIDsSayTheirKind(t *testing.T) {
	t.Parallel()
	for _, doc := range documents(t, rest.OpenAPI31) {
		eachOperation(doc, func(where string, op map[string]any) {
			if slices.Contains(namedOrNumbered, op["operationId"].(string)) {
				return
			}
			params, _ := op["parameters"].([]any)
			for _, p := range params {
				param := object(p)
				name := param["name"].(string)
				if param["in"] != "path" || name != "id" && !strings.HasSuffix(name, "_id") {
					continue
				}
				pattern, _ := object(param, "schema")["pattern"].(string)
				example, _ := param["example"].(string)
				if pattern == "" || !regexp.MustCompile(pattern).MatchString(example) {
					t.Errorf("%s: %s has no prefix tag; which kind of id is it?", where, name)
				}
			}
		})
	}
}

func TestComponentsAreSound(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^[A-Z][A-Za-z0-9]+$`)
	for _, version := range []string{rest.OpenAPI31, rest.OpenAPI30} {
		for title, doc := range documents(t, version) {
			used := map[string]bool{}
			visit(doc, nil, func(way []string, n map[string]any) {
				if ref, ok := n["$ref"].(string); ok {
					used[ref] = true
				}
				if inline := n["type"] == "object" && n["properties"] != nil; inline && (len(way) != 3 || way[0] != "components") {
					t.Errorf("%s: an object without a name at %v", title, way)
				}
			})
			for _, kind := range []string{"schemas", "headers"} {
				known := object(doc, "components", kind)
				for component := range known {
					ref := "#/components/" + kind + "/" + component
					if !used[ref] {
						t.Errorf("%s: %s is not used", title, ref)
					}
					delete(used, ref)
				}
				for component := range object(doc, "components", "schemas") {
					if !name.MatchString(component) || strings.Contains(component, "InputBody") || strings.HasPrefix(component, "ListList") {
						t.Errorf("%s: %s is not a name for people", title, component)
					}
				}
			}
			for ref := range used {
				t.Errorf("%s: %s leads nowhere", title, ref)
			}
		}
	}
}
