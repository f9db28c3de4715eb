package reference

import (
	"bytes"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"

	"pasar/api"
)

//go:embed reference.html
var referenceHTML string

//go:embed problem.html
var problemHTML string

//go:embed reference.css
var stylesheet []byte

var (
	referencePage = template.Must(template.New("reference").Funcs(template.FuncMap{"lower": strings.ToLower, "prose": prose}).Parse(referenceHTML))
	problemPage   = template.Must(template.New("problem").Parse(problemHTML))
)

const policy = "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Reference serves the page, the documents it is made of, and one page for
// each problem code, because a problem's type is its address.
type Reference struct {
	mux *http.ServeMux
}

// New returns the handler of /docs and /openapi.json. The documents are the
// merged OpenAPI in its two versions.
func New(openAPI31, openAPI30 []byte, codes []api.Code) (*Reference, error) {
	doc, services, err := parse(openAPI31)
	if err != nil {
		return nil, err
	}
	codes = slices.Clone(codes)
	slices.SortFunc(codes, func(a, b api.Code) int { return strings.Compare(a.Name, b.Name) })
	codes = slices.CompactFunc(codes, func(a, b api.Code) bool { return a.Name == b.Name }) // services pass on each other's
	var page bytes.Buffer
	data := map[string]any{"Title": doc.Info.Title, "Version": doc.Info.Version, "Services": services, "Codes": codes}
	if err := referencePage.Execute(&page, data); err != nil {
		return nil, fmt.Errorf("reference: write the page: %w", err)
	}
	r := &Reference{mux: http.NewServeMux()}
	r.mux.HandleFunc("GET /docs", fixed("text/html; charset=utf-8", page.Bytes()))
	r.mux.HandleFunc("GET /docs/reference.css", fixed("text/css; charset=utf-8", stylesheet))
	r.mux.HandleFunc("GET /openapi.json", fixed("application/vnd.oai.openapi+json;version=3.1", openAPI31))
	r.mux.HandleFunc("GET /openapi-3.0.json", fixed("application/vnd.oai.openapi+json;version=3.0", openAPI30))
	for _, code := range codes {
		var page bytes.Buffer
		if err := problemPage.Execute(&page, code); err != nil {
			return nil, fmt.Errorf("reference: write the page of %s: %w", code.Name, err)
		}
		r.mux.HandleFunc("GET /docs/problems/"+code.Name, fixed("text/html; charset=utf-8", page.Bytes()))
	}
	return r, nil
}

// Patterns lists what the handler answers, for the gateway's route table.
func (r *Reference) Patterns() []string {
	return []string{"GET /docs", "GET /docs/", "GET /openapi.json", "GET /openapi-3.0.json"}
}

// ServeHTTP serves the reference.
func (r *Reference) ServeHTTP(w http.ResponseWriter, req *http.Request) { r.mux.ServeHTTP(w, req) }

// prose shows the text between backticks as code.
func prose(text string) template.HTML {
	var out strings.Builder
	for i, part := range strings.Split(text, "`") {
		if i%2 == 1 {
			out.WriteString("<code>" + template.HTMLEscapeString(part) + "</code>")
			continue
		}
		out.WriteString(template.HTMLEscapeString(part))
	}
	return template.HTML(out.String()) //nolint:gosec // every part is escaped
}

func fixed(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("Content-Security-Policy", policy)
		h.Set("Cache-Control", "public, max-age=300")
		// The status is sent; a client that went away has nothing to be told.
		_, _ = w.Write(content)
	}
}
