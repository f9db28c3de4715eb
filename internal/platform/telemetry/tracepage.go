package telemetry

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strings"
)

//go:embed page
var pageFiles embed.FS

var pages = template.Must(template.New("").Funcs(template.FuncMap{
	"ms":    showMilliseconds,
	"color": func(service int) int { return service % colors },
}).ParseFS(pageFiles, "page/*.html"))

// Handler serves the pages below /dev/traces: the list, one trace as a
// waterfall, and both as JSON with ".json" appended. Without script or anything
// from elsewhere.
func (s *TraceStore) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /dev/traces", s.serveList)
	mux.HandleFunc("GET /dev/traces.json", func(w http.ResponseWriter, r *http.Request) {
		writeJSON(w, http.StatusOK, map[string]any{"data": s.search(r.FormValue("q"))})
	})
	mux.HandleFunc("GET /dev/traces/{id}", s.serveTrace)
	mux.HandleFunc("GET /dev/traces/traces.css", serveStyle)
	return mux
}

// search keeps the traces whose id, name or services contain q.
func (s *TraceStore) search(q string) []TraceSummary {
	q = strings.ToLower(strings.TrimSpace(q))
	return slices.DeleteFunc(s.List(), func(t TraceSummary) bool {
		return !strings.Contains(strings.ToLower(t.ID+" "+t.Name+" "+strings.Join(t.Services, " ")), q)
	})
}

func (s *TraceStore) serveList(w http.ResponseWriter, r *http.Request) {
	q := r.FormValue("q")
	writePage(w, http.StatusOK, "list.html", map[string]any{"Query": q, "Traces": s.search(q)})
}

func (s *TraceStore) serveTrace(w http.ResponseWriter, r *http.Request) {
	id, asJSON := strings.CutSuffix(r.PathValue("id"), ".json")
	t, ok := s.Get(id)
	switch {
	case asJSON && ok:
		writeJSON(w, http.StatusOK, t)
	case asJSON:
		writeJSON(w, http.StatusNotFound, map[string]string{"detail": "this trace is not kept (any more)"})
	case ok:
		writePage(w, http.StatusOK, "trace.html", map[string]any{"Trace": t, "Rows": waterfall(t)})
	default:
		writePage(w, http.StatusNotFound, "absent.html", nil)
	}
}

func serveStyle(w http.ResponseWriter, r *http.Request) {
	http.ServeFileFS(w, r, pageFiles, "page/traces.css")
}

// colors is how many the style sheet knows; more services share them.
const colors = 8

// row is one span of the waterfall, drawn on a scale of 0 to 1000.
type row struct {
	*TraceSpan
	Depth int // 0 to 12, for the indentation
	Color int // one per service
	X, W  string
}

const scale = 1000

// waterfall lays the tree out in lines, parents before children.
func waterfall(t *Trace) []row {
	var rows []row
	var add func(span *TraceSpan, depth int)
	add = func(span *TraceSpan, depth int) {
		x, w := 0.0, float64(scale)
		if t.DurationMS > 0 {
			x, w = scale*span.OffsetMS/t.DurationMS, scale*span.DurationMS/t.DurationMS
		}
		w = max(w, 3) // always something to see
		rows = append(rows, row{
			TraceSpan: span, Depth: min(depth, 12), Color: slices.Index(t.Services, span.Service) % colors,
			X: fmt.Sprintf("%.2f", min(x, scale-3)), W: fmt.Sprintf("%.2f", w),
		})
		for _, child := range span.Children {
			add(child, depth+1)
		}
	}
	for _, root := range t.Roots {
		add(root, 0)
	}
	return rows
}

func showMilliseconds(ms float64) string {
	switch {
	case ms >= 10_000:
		return fmt.Sprintf("%.1f s", ms/1000)
	case ms >= 100:
		return fmt.Sprintf("%.0f ms", ms)
	case ms >= 1:
		return fmt.Sprintf("%.1f ms", ms)
	default:
		return fmt.Sprintf("%.0f µs", ms*1000)
	}
}

func writePage(w http.ResponseWriter, status int, name string, data any) {
	var page bytes.Buffer
	if err := pages.ExecuteTemplate(&page, name, data); err != nil {
		http.Error(w, "the page could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = page.WriteTo(w) // the reader has left
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	text, err := json.Marshal(v)
	if err != nil {
		http.Error(w, "the answer could not be made", http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text) // the reader has left
}
