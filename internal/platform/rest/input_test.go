package rest_test

import (
	"fmt"
	"io"
	"net/http/httptest"
	"strings"
	"testing"

	"pasar/internal/platform/rest"
)

// widest notes the most room that it was offered.
type widest struct {
	io.Reader
	room int
}

func (w *widest) Read(p []byte) (int, error) {
	w.room = max(w.room, len(p))
	return w.Reader.Read(p)
}

func TestBodyLimitOfTheShop(t *testing.T) {
	t.Parallel()
	f := newFixture(t, func(c *rest.Config) { c.MaxBody = 100 })
	wantProblem(t, f.do("POST", "/v1/notes", `{"title":"`+strings.Repeat("a", 100)+`"}`, "Idempotency-Key: k"), 413, "body_too_large")
}

// A Content-Length costs its sender nothing, so it must not cost us a megabyte.
func TestAPromisedBodyTakesNoRoom(t *testing.T) {
	t.Parallel()
	body := &widest{Reader: strings.NewReader(`{"title":"a"}`)}
	r := httptest.NewRequest("POST", "/v1/notes", body)
	r.ContentLength = 1 << 20
	r.Header.Set("Content-Type", "application/json")
	newFixture(t).handler.ServeHTTP(httptest.NewRecorder(), r)
	if body.room == 0 || body.room > 128<<10 {
		t.Errorf("room for %d bytes was made before any came", body.room)
	}
}

// badInput is refused; want lists "pointer code" of each offending part.
type badInput struct {
	name, query, body string
	headers           []string
	status            int
	code              string
	want              []string
}

var badInputs = []badInput{
	{name: "no body", status: 400, code: "malformed_request"},
	{name: "not JSON", body: `{"title":`, status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "trailing data", body: `{"title":"a"} {}`, status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "trailing comma", body: `{"title":"a",}`, status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "invalid UTF-8", body: "{\"title\":\"\xff\"}", status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "too deep", body: `{"title":"a","free":` + strings.Repeat("[", 32) + strings.Repeat("]", 32) + `}`, status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "far too deep", body: strings.Repeat("[", 1e5), status: 400, code: "malformed_request", want: []string{"# malformed_request"}},
	{name: "huge number", body: `{"title":"a","amount":1e999}`, status: 400, code: "malformed_request", want: []string{"# wrong_type"}},
	{name: "not an object", body: `[1]`, status: 422, code: "validation_failed", want: []string{"# wrong_type"}},
	{name: "null", body: `null`, status: 422, code: "validation_failed", want: []string{"# wrong_type"}},
	{name: "required is missing", body: `{}`, status: 422, code: "validation_failed", want: []string{"#/title required"}},
	{name: "required is null", body: `{"title":null}`, status: 422, code: "validation_failed", want: []string{"#/title wrong_type"}},
	{name: "optional is null", body: `{"title":"a","email":null,"free":null}`, status: 422, code: "validation_failed", want: []string{"#/email wrong_type"}},
	{name: "null in a list", body: `{"title":"a","lines":[null]}`, status: 422, code: "validation_failed", want: []string{"#/lines/0 wrong_type"}},
	{name: "null in a map", body: `{"title":"a","meta":{"a/b":null}}`, status: 422, code: "validation_failed", want: []string{"#/meta/a~1b wrong_type"}},
	{name: "list in a list of unique items", body: `{"title":"a","marks":["x",[]]}`, status: 422, code: "validation_failed", want: []string{"#/marks/1 wrong_type"}},
	{name: "object in a list of unique items", body: `{"title":"a","marks":[{}]}`, status: 422, code: "validation_failed", want: []string{"#/marks/0 wrong_type"}},
	{name: "twice in a list of unique items", body: `{"title":"a","marks":["x","x"]}`, status: 422, code: "validation_failed", want: []string{"#/marks not_unique"}},
	{name: "integer too large in a list", body: `{"title":"a","points":[{"x":1},{"x":99999999999999999999}]}`, status: 422, code: "validation_failed", want: []string{"#/points/1/x wrong_type"}},
	{name: "nested required", body: `{"title":"a","lines":[{"sku":"x","quantity":1},{"sku":"y"}]}`, status: 422, code: "validation_failed", want: []string{"#/lines/1/quantity required"}},
	{name: "too short", body: `{"title":""}`, status: 422, code: "validation_failed", want: []string{"#/title wrong_length"}},
	{name: "too long", body: `{"title":"` + strings.Repeat("ä", 41) + `"}`, status: 422, code: "validation_failed", want: []string{"#/title wrong_length"}},
	{name: "wrong type", body: `{"title":7}`, status: 422, code: "validation_failed", want: []string{"#/title wrong_type"}},
	{name: "fraction for integer", body: `{"title":"a","lines":[{"sku":"x","quantity":1.5}]}`, status: 422, code: "validation_failed", want: []string{"#/lines/0/quantity wrong_type"}},
	{name: "whole fraction for integer", body: `{"title":"a","amount":1.0}`, status: 422, code: "validation_failed", want: []string{"#/amount wrong_type"}},
	{name: "integer too large", body: `{"title":"a","amount":99999999999999999999}`, status: 422, code: "validation_failed", want: []string{"#/amount wrong_type"}},
	{name: "out of range", body: `{"title":"a","lines":[{"sku":"x","quantity":0},{"sku":"y","quantity":100}]}`, status: 422, code: "validation_failed", want: []string{"#/lines/0/quantity out_of_range", "#/lines/1/quantity out_of_range"}},
	{name: "too many items", body: `{"title":"a","lines":[` + strings.Repeat(`{"sku":"x","quantity":1},`, 3) + `{"sku":"x","quantity":1}]}`, status: 422, code: "validation_failed", want: []string{"#/lines wrong_length"}},
	{name: "bad email", body: `{"title":"a","email":"hunter2"}`, status: 422, code: "validation_failed", want: []string{"#/email wrong_format"}},
	{name: "bad time", body: `{"title":"a","due":"hunter2"}`, status: 422, code: "validation_failed", want: []string{"#/due wrong_format"}},
	{name: "short password", body: `{"title":"a","password":"hunter2"}`, status: 422, code: "validation_failed", want: []string{"#/password wrong_length"}},
	{name: "unknown field", body: `{"title":"a","titel":"hunter2"}`, status: 422, code: "unknown_parameter", want: []string{"#/titel unknown_parameter"}},
	{name: "field in other case", body: `{"Title":"hunter2"}`, status: 422, code: "unknown_parameter", want: []string{"#/title required", "#/Title unknown_parameter"}},
	{name: "nested unknown field", body: `{"title":"a","lines":[{"sku":"x","qty":"hunter2","quantity":1}]}`, status: 422, code: "unknown_parameter", want: []string{"#/lines/0/qty unknown_parameter"}},
	{name: "control character", body: `{"title":"hunter2\u0000"}`, status: 422, code: "validation_failed", want: []string{"#/title control_character"}},
	{name: "newline in one line", body: `{"title":"hunter2\n"}`, status: 422, code: "validation_failed", want: []string{"#/title control_character"}},
	{name: "C1 control character", body: `{"title":"hunter2\u0085"}`, status: 422, code: "validation_failed", want: []string{"#/title control_character"}},
	{name: "bell in many lines", body: `{"title":"a","text":"hunter2\u0007"}`, status: 422, code: "validation_failed", want: []string{"#/text control_character"}},
	{name: "control character in list", body: `{"title":"a","lines":[{"sku":"\u001b","quantity":1}]}`, status: 422, code: "validation_failed", want: []string{"#/lines/0/sku control_character"}},
	{name: "control character in map", body: `{"title":"a","meta":{"a/b":"\u0001"}}`, status: 422, code: "validation_failed", want: []string{"#/meta/a~1b control_character"}},
	{name: "control character in name", body: `{"title":"a","meta":{"\u0001":"x"}}`, status: 422, code: "validation_failed", want: []string{"#/meta control_character"}},
	{name: "control character in anything", body: `{"title":"a","free":{"x":[1,"\u0001"]}}`, status: 422, code: "validation_failed", want: []string{"#/free/x/1 control_character"}},
	{name: "id of another kind", body: `{"title":"a","parent_id":"` + orderID + `"}`, status: 422, code: "validation_failed", want: []string{"#/parent_id wrong_id"}},
	{name: "long header", body: `{"title":"a"}`, headers: []string{"Cart-Token: " + strings.Repeat("x", 129)}, status: 422, code: "validation_failed", want: []string{"header.Cart-Token wrong_length"}},
	{name: "wrong media type", body: `{"title":"a"}`, headers: []string{"Content-Type: text/plain"}, status: 415, code: "unsupported_media_type", want: []string{"header.Content-Type unsupported_media_type"}},
	{name: "form", body: `title=a`, headers: []string{"Content-Type: application/x-www-form-urlencoded"}, status: 415, code: "unsupported_media_type", want: []string{"header.Content-Type unsupported_media_type"}},
	{name: "merge patch", body: `{"title":"a"}`, headers: []string{"Content-Type: application/merge-patch+json"}, status: 415, code: "unsupported_media_type", want: []string{"header.Content-Type unsupported_media_type"}},
	{name: "broken media type", body: `{"title":"a"}`, headers: []string{"Content-Type: ;;"}, status: 415, code: "unsupported_media_type", want: []string{"header.Content-Type unsupported_media_type"}},
	{name: "other charset", body: `{"title":"a"}`, headers: []string{"Content-Type: application/json; charset=utf-16"}, status: 415, code: "unsupported_media_type", want: []string{"header.Content-Type unsupported_media_type"}},
	{name: "compressed", body: `{"title":"a"}`, headers: []string{"Content-Encoding: gzip"}, status: 415, code: "unsupported_media_type"},
	{name: "too large", body: `{"title":"` + strings.Repeat("a", 1<<20) + `"}`, status: 413, code: "body_too_large"},
	{name: "query on a body operation", query: "?dry_run=true", body: `{"title":"a"}`, status: 422, code: "unknown_parameter", want: []string{"query.dry_run unknown_parameter"}},
}

func TestBadBodies(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range badInputs {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := f.do("POST", "/v1/notes"+test.query, test.body, append([]string{"Idempotency-Key: " + strings.ReplaceAll(test.name, " ", "-")}, test.headers...)...)
			p := wantProblem(t, w, test.status, test.code)
			var got []string
			for _, e := range p.Errors {
				got = append(got, e.Pointer+" "+e.Code)
				if e.Detail == "" {
					t.Errorf("%s has no detail", e.Pointer)
				}
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("errors = %q, want %q", got, test.want)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("the rejected value is repeated: %s", w.Body)
			}
		})
	}
}

func TestBadQueries(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for _, test := range []badInput{
		{query: "limit=0", status: 422, code: "validation_failed", want: []string{"query.limit out_of_range"}},
		{query: "limit=101", status: 422, code: "validation_failed", want: []string{"query.limit out_of_range"}},
		{query: "limit=hunter2", status: 422, code: "validation_failed", want: []string{"query.limit wrong_type"}},
		{query: "limit=99999999999999999999", status: 422, code: "validation_failed", want: []string{"query.limit wrong_type"}},
		{query: "status=hunter2", status: 422, code: "validation_failed", want: []string{"query.status not_allowed"}},
		{query: "since=hunter2", status: 422, code: "validation_failed", want: []string{"query.since wrong_type"}},
		{query: "q=" + strings.Repeat("x", 21), status: 422, code: "validation_failed", want: []string{"query.q wrong_length"}},
		{query: "q=%00", status: 422, code: "validation_failed", want: []string{"query.q control_character"}},
		{query: "q=%ff", status: 422, code: "validation_failed", want: []string{"query.q control_character"}},
		{query: "tags=a,%0a", status: 422, code: "validation_failed", want: []string{"query.tags/1 control_character"}},
		{query: "limt=5", status: 422, code: "unknown_parameter", want: []string{"query.limt unknown_parameter"}},
		{query: "sort=hunter2&page=2", status: 422, code: "unknown_parameter", want: []string{"query.sort unknown_parameter", "query.page unknown_parameter"}},
		{query: "q=%zz", status: 400, code: "malformed_request"},
		{query: "%zz=1", status: 400, code: "malformed_request"},
	} {
		t.Run(test.query, func(t *testing.T) {
			t.Parallel()
			w := f.do("GET", "/v1/notes?"+test.query, "")
			p := wantProblem(t, w, test.status, test.code)
			var got []string
			for _, e := range p.Errors {
				got = append(got, e.Pointer+" "+e.Code)
			}
			if fmt.Sprint(got) != fmt.Sprint(test.want) {
				t.Errorf("errors = %q, want %q", got, test.want)
			}
			if strings.Contains(w.Body.String(), "hunter2") {
				t.Errorf("the rejected value is repeated: %s", w.Body)
			}
		})
	}
}

func TestNearestName(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for request, hint := range map[string]string{
		"limt=5":    "did you mean limit?",
		"stauts=x":  "did you mean status?",
		"zzzzzzz=1": "there are limit, cursor, status, tags, q, since",
	} {
		p := wantProblem(t, f.do("GET", "/v1/notes?"+request, ""), 422, "unknown_parameter")
		if !strings.Contains(p.Detail, hint) {
			t.Errorf("%s: detail = %q, want %q", request, p.Detail, hint)
		}
	}
	for body, hint := range map[string]string{
		`{"titel":"a"}`: "did you mean title?",
		`{"title":"a","lines":[{"sku":"a","quantty":1}]}`: "did you mean quantity?",
	} {
		p := wantProblem(t, f.do("POST", "/v1/notes", body, "Idempotency-Key: k"), 422, "unknown_parameter")
		if !strings.Contains(p.Detail, hint) {
			t.Errorf("%s: detail = %q, want %q", body, p.Detail, hint)
		}
	}
}

func TestGoodInput(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	body := `{"title":"kopi ☕ 'luwak'","text":"a\n\tb","password":"correct horse","email":"a@b.id","amount":9007199254740993,` +
		`"due":"2026-11-23T08:00:00Z","lines":[{"sku":"x","quantity":99}],"meta":{"a.b":"c"},"free":[1,{"x":null}],"parent_id":"` + knownNote + `"}`
	w := f.do("POST", "/v1/notes", body, "Idempotency-Key: k", "Content-Type: application/json; charset=UTF-8", "Cart-Token: secret")
	if w.Code != 201 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	got := f.last.create
	if got.Body.Amount != 9007199254740993 || got.Body.Text != "a\n\tb" || got.Body.Meta["a.b"] != "c" || got.CartToken != "secret" ||
		got.IdempotencyKey.IdempotencyKey != "k" || got.Body.Lines[0].Quantity != 99 || got.Body.Due == nil {
		t.Errorf("bound %+v", got)
	}
	deepest := `{"title":"a","free":` + strings.Repeat("[", 31) + strings.Repeat("]", 31) + `}`
	if w := f.do("POST", "/v1/notes", deepest, "Idempotency-Key: k2"); w.Code != 201 {
		t.Errorf("32 levels: %d %s", w.Code, w.Body)
	}
	brackets := `{"title":"` + strings.Repeat(`[\"`, 13) + `"}`
	if w := f.do("POST", "/v1/notes", brackets, "Idempotency-Key: k3"); w.Code != 201 {
		t.Errorf("brackets in text: %d %s", w.Code, w.Body)
	}
	if w := f.do("GET", "/v1/notes?limit=5&status=open&tags=a,b&q=caf%C3%A9+x&since=2026-11-23T08:00:00Z&cursor=", ""); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if l := f.last.list; l.Limit != 5 || l.Status != "open" || fmt.Sprint(l.Tags) != "[a b]" || l.Q != "café x" || l.Since.Year() != 2026 {
		t.Errorf("bound %+v", l)
	}
	f.do("GET", "/v1/notes", "")
	if f.last.list.Limit != 20 {
		t.Errorf("default limit = %d", f.last.list.Limit)
	}
}

func TestMergePatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	patch := func(body, media string) *httptest.ResponseRecorder {
		return f.do("PATCH", "/v1/notes/"+knownNote, body, "Authorization: Bearer staff", `If-Match: "3"`, "Content-Type: "+media)
	}
	for _, media := range []string{"application/merge-patch+json", "application/json", ""} {
		if w := patch(`{"text":"a\nb","parent_id":null,"line":null}`, media); w.Code != 200 {
			t.Fatalf("%s: %d %s", media, w.Code, w.Body)
		}
		got := f.last.update.Body
		text, sent := got.Text.Get()
		parent, removed := got.Parent.Get()
		if !sent || *text != "a\nb" || !removed || parent != nil || got.Line.IsZero() {
			t.Errorf("%s: %+v", media, got)
		}
	}
	for body, want := range map[string]string{
		`{"text":"a\u0000"}`:                     "#/text control_character",
		`{"text":"12345678901"}`:                 "#/text wrong_length",
		`{"parent_id":"` + orderID + `"}`:        "#/parent_id wrong_id",
		`{"line":{"sku":"\u0000","quantity":1}}`: "#/line/sku control_character",
		`{"line":{"sku":"x","quantity":0}}`:      "#/line/quantity out_of_range",
		`{"line":7}`:                             "#/line wrong_type",
	} {
		p := wantProblem(t, patch(body, "application/merge-patch+json"), 422, "validation_failed")
		if got := p.Errors[0].Pointer + " " + p.Errors[0].Code; got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
	wantProblem(t, patch(`{}`, "application/xml"), 415, "unsupported_media_type")
}
