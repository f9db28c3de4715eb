package reference_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"pasar/api"
	"pasar/internal/reference"
)

const sample = `{
  "openapi": "3.1.0",
  "info": {"title": "Pasar", "version": "1"},
  "paths": {"/v1/things/{id}": {"get": {
    "operationId": "get-thing", "summary": "One thing", "tags": ["product"], "description": "Needs the permission ` + "`thing:read`" + `.",
    "parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "string"}}],
    "responses": {"200": {"description": "OK", "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}}}
  }}},
  "components": {"schemas": {"Thing": {"type": "object", "required": ["id"], "properties": {
    "id": {"type": "string", "description": "Its <name>"},
    "parent": {"$ref": "#/components/schemas/Thing"},
    "note": {"type": ["string", "null"], "maxLength": 5}
  }}}}
}`

func serve(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	r, err := reference.New([]byte(sample), []byte("{}"), api.Codes)
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestReferenceShowsOperations(t *testing.T) {
	t.Parallel()
	w := serve(t, "/docs")
	for _, want := range []string{"get-thing", "/v1/things/{id}", "permission <code>thing:read</code>", "Its &lt;name&gt;", "string or null", "at most 5 characters"} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(w.Body.String(), "<script") || strings.Contains(w.Body.String(), "//cdn") {
		t.Error("the page must need neither script nor network")
	}
}

func TestEveryProblemCodeHasItsPage(t *testing.T) {
	t.Parallel()
	for _, code := range api.Codes {
		if w := serve(t, "/docs/problems/"+code.Name); w.Code != 200 || !strings.Contains(w.Body.String(), code.Name) {
			t.Errorf("%s: %d", code.Name, w.Code)
		}
	}
	if w := serve(t, "/docs/problems/nonsense"); w.Code != 404 {
		t.Errorf("an unknown code answers %d", w.Code)
	}
}

func TestABrokenDocumentIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := reference.New([]byte(`{"paths": 1}`), nil, nil); err == nil {
		t.Error("a document that is none was accepted")
	}
}
