package gateway

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// routeTable sends each public path to its service. The service itself judges
// the method, so that its 405 can say which ones there are.
func routeTable(backends []Backend, pages []Page) *http.ServeMux {
	mux := http.NewServeMux()
	for _, page := range pages {
		mux.Handle(page.Pattern, page.Handler)
	}
	var known []string
	for _, backend := range backends {
		for _, operation := range backend.Operations {
			if operation.Internal() || strings.HasPrefix(operation.Path, "/internal/") || slices.Contains(known, operation.Path) {
				continue
			}
			known = append(known, operation.Path)
			mux.Handle(operation.Path, backend.Handler)
		}
	}
	return mux
}

// find returns the handler of a path and its pattern, which names the route in
// traces and limits.
func (g *Gateway) find(r *http.Request) (http.Handler, string, *fault.Error) {
	if !clean(r.URL.Path) {
		return nil, "", notFound()
	}
	handler, pattern := g.routes.Handler(r)
	if pattern == "" {
		return nil, "", notFound()
	}
	if _, path, hasMethod := strings.Cut(pattern, " "); hasMethod {
		pattern = path
	}
	return handler, pattern, nil
}

func notFound() *fault.Error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is nothing at this path. The API reference at /docs lists every path.")
}

// clean reports whether a path is in its shortest form; ServeMux would answer
// others with a redirect.
func clean(p string) bool {
	if p == "" || p[0] != '/' {
		return false
	}
	if !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return true
	}
	cleaned := path.Clean(p)
	return cleaned == p || cleaned+"/" == p
}
