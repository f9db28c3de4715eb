package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pasar/api"
	"pasar/internal/platform/rest"
)

func document(t *testing.T, encoded []byte, err error) map[string]any {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(encoded, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// at follows a path of keys.
func at(t *testing.T, doc any, keys ...string) any {
	t.Helper()
	for i, key := range keys {
		m, ok := doc.(map[string]any)
		if !ok || m[key] == nil {
			t.Fatalf("nothing at %q in %v", keys[:i+1], doc)
		}
		doc = m[key]
	}
	return doc
}

func TestOpenAPI(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	encoded, err := f.api.OpenAPI(rest.OpenAPI31)
	doc := document(t, encoded, err)
	if path := os.Getenv("REST_DUMP"); path != "" {
		_ = os.WriteFile(filepath.Join(path, "toy.json"), encoded, 0o600)
	}
	create := at(t, doc, "paths", "/v1/notes", "post").(map[string]any)
	if create["operationId"] != "createNote" || create["summary"] != "Make a note" || create["x-permission"] != "note:write" {
		t.Errorf("create = %v", create)
	}
	var statuses []string
	for status := range create["responses"].(map[string]any) {
		statuses = append(statuses, status)
	}
	slices.Sort(statuses)
	if got := strings.Join(statuses, " "); got != "201 400 401 409 413 415 422 429 500 503" {
		t.Errorf("statuses = %s", got)
	}
	conflict := at(t, create, "responses", "409", "description").(string)
	if !strings.Contains(conflict, "`total_changed`: The total has changed") || !strings.Contains(conflict, "`idempotency_key_in_flight`") {
		t.Errorf("409 = %s", conflict)
	}
	at(t, create, "responses", "201", "headers", "ETag")
	at(t, create, "responses", "201", "headers", "Location")
	at(t, create, "responses", "201", "headers", "Idempotent-Replayed")
	if ref := at(t, create, "responses", "409", "content", "application/problem+json", "schema", "$ref"); ref != "#/components/schemas/Problem" {
		t.Errorf("problem = %v", ref)
	}
	at(t, doc, "paths", "/v1/notes/{id}", "get", "responses", "304")
	at(t, doc, "paths", "/internal/v1/echo", "get")
	at(t, doc, "components", "securitySchemes", "bearer")
	at(t, doc, "components", "securitySchemes", "serviceKey")
	upload := at(t, doc, "paths", "/v1/notes/{id}/picture", "put", "requestBody", "content").(map[string]any)
	if len(upload) != 2 || upload["image/*"] == nil || upload["multipart/form-data"] == nil {
		t.Errorf("upload = %v", upload)
	}
	for _, p := range at(t, doc, "paths", "/v1/notes/{id}/picture", "put", "parameters").([]any) {
		if at(t, p, "name") == "Content-Type" {
			t.Error("Content-Type is a parameter")
		}
	}
	if closed := at(t, doc, "components", "schemas", "LineBody").(map[string]any)["additionalProperties"]; closed != false {
		t.Errorf("a request is open: %v", closed)
	}
	if _, closed := at(t, doc, "components", "schemas", "Note").(map[string]any)["additionalProperties"]; closed {
		t.Error("an answer is closed")
	}
	if about := create["description"].(string); !strings.Contains(about, "for staff with the permission `note:write`.") {
		t.Errorf("description = %q", about)
	}
	for _, p := range at(t, doc, "paths", "/v1/notes/{id}", "get", "parameters").([]any) {
		if at(t, p, "name") == "id" && !strings.HasPrefix(at(t, p, "schema", "pattern").(string), "^prd_") {
			t.Errorf("id = %v", p)
		}
	}
	requireHeader(t, create, "Idempotency-Key")
	requireHeader(t, at(t, doc, "paths", "/v1/notes/{id}", "patch").(map[string]any), "If-Match")

	again, err := newFixture(t).api.OpenAPI(rest.OpenAPI31)
	if err != nil || !bytes.Equal(encoded, again) {
		t.Errorf("the document is not stable: %v", err)
	}
	if _, err := f.api.OpenAPI("2.0"); err == nil {
		t.Error("wrote OpenAPI 2.0")
	}
}

func requireHeader(t *testing.T, op map[string]any, name string) {
	t.Helper()
	count := 0
	for _, p := range op["parameters"].([]any) {
		if at(t, p, "name") == name {
			count++
			if p.(map[string]any)["required"] != true {
				t.Errorf("%s is optional", name)
			}
		}
	}
	if count != 1 {
		t.Errorf("%s is described %d times", name, count)
	}
}

func TestOpenAPI30(t *testing.T) {
	t.Parallel()
	encoded, err := newFixture(t).api.OpenAPI(rest.OpenAPI30)
	doc := document(t, encoded, err)
	if doc["openapi"] != "3.0.3" {
		t.Errorf("openapi = %v", doc["openapi"])
	}
	properties := at(t, doc, "components", "schemas", "UpdateRequest", "properties").(map[string]any)
	if at(t, properties, "text", "type") != "string" || at(t, properties, "text", "nullable") != true {
		t.Errorf("text = %v", properties["text"])
	}
	if at(t, doc, "components", "schemas", "Note", "properties", "id", "example") != knownNote {
		t.Error("the example is lost")
	}
	at(t, doc, "components", "schemas", "Problem", "properties", "type", "type")
	for _, keyword := range []string{`"examples"`, `"contentMediaType"`, `"contentEncoding"`, `"null"`} {
		if bytes.Contains(encoded, []byte(keyword)) {
			t.Errorf("%s is not of 3.0", keyword)
		}
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	other := rest.NewAPI(rest.Config{Service: "other", Title: "Other", Version: "1"})
	type note struct {
		Words string    `json:"words"`
		Price api.Money `json:"price"`
	}
	type noteList struct { // differs from the toy's only in what it refers to
		Data []note   `json:"data"`
		Page api.Page `json:"page"`
	}
	op := rest.Operation[empty, noteList]{ID: "list-others", Method: "GET", Path: "/v1/others", Summary: "Others", Needs: rest.Public}
	rest.Handle(other, op, func(context.Context, *empty) (*noteList, error) { return nil, nil })
	merged, err := rest.Merge("Shop", "1.0.0", newFixture(t).api, other)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range []string{rest.OpenAPI31, rest.OpenAPI30} {
		encoded, err := merged.JSON(version)
		doc := document(t, encoded, err)
		if at(t, doc, "info", "title") != "Shop" {
			t.Errorf("info = %v", doc["info"])
		}
		if _, shown := at(t, doc, "paths").(map[string]any)["/internal/v1/echo"]; shown {
			t.Error("an internal operation is public")
		}
		at(t, doc, "paths", "/v1/others", "get")
		at(t, doc, "components", "schemas", "ToyNote", "properties", "title")
		at(t, doc, "components", "schemas", "OtherNote", "properties", "words")
		at(t, doc, "components", "schemas", "ToyNoteList")
		at(t, doc, "components", "schemas", "Problem")
		schemas := at(t, doc, "components", "schemas").(map[string]any)
		checkRefs(t, doc, doc)
		if schemas["Note"] != nil || schemas["ToyProblem"] != nil {
			t.Error("schemas were renamed wrongly")
		}
	}
	clash := rest.NewAPI(rest.Config{Service: "clash", Title: "Clash", Version: "1"})
	rest.Handle(clash, whoAmI, (&toy{}).Who)
	if _, err := rest.Merge("Shop", "1", newFixture(t).api, clash); err == nil {
		t.Error("two services serve one operation")
	}
}

func checkRefs(t *testing.T, node any, doc map[string]any) {
	t.Helper()
	switch n := node.(type) {
	case map[string]any:
		if ref, ok := n["$ref"].(string); ok {
			at(t, doc, strings.Split(strings.TrimPrefix(ref, "#/"), "/")...)
		}
		for _, child := range n {
			checkRefs(t, child, doc)
		}
	case []any:
		for _, child := range n {
			checkRefs(t, child, doc)
		}
	}
}

func TestBadExample(t *testing.T) {
	t.Parallel()
	type thing struct {
		Status string `json:"status" enum:"open,done" example:"shut"`
	}
	a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1"})
	op := rest.Operation[empty, thing]{ID: "get-thing", Method: "GET", Path: "/v1/thing", Summary: "Thing", Needs: rest.Public}
	rest.Handle(a, op, func(context.Context, *empty) (*thing, error) { return nil, nil })
	if _, err := a.OpenAPI(rest.OpenAPI31); err == nil || !strings.Contains(err.Error(), "Thing.status") {
		t.Errorf("err = %v", err)
	}
}
