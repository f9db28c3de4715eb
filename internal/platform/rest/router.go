package rest

import (
	"net/http"
	"path"
	"slices"
	"strings"

	"pasar/api"
	"pasar/internal/platform/fault"
)

var routedMethods = []string{
	http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete,
}

func (a *API) serve(w http.ResponseWriter, r *http.Request) {
	// ServeMux answers an unclean path with a redirect in HTML.
	if !cleanPath(r.URL.Path) {
		a.serveUnknown(w, r)
		return
	}
	a.mux.ServeHTTP(w, r)
}

func cleanPath(p string) bool {
	if !strings.Contains(p, "//") && !strings.Contains(p, "/.") {
		return p != "" && p[0] == '/'
	}
	cleaned := path.Clean(p)
	return cleaned == p || cleaned+"/" == p
}

// serveUnknown answers requests that no operation matches.
func (a *API) serveUnknown(w http.ResponseWriter, r *http.Request) {
	x := newExchange(a, nil, w, r)
	defer x.end()
	allowed := a.allowedMethods(r)
	if len(allowed) == 0 {
		x.fail(fault.New(fault.NotFound, api.CodeNotFound, "There is nothing at this path. The API reference lists every path."))
		return
	}
	allow := strings.Join(allowed, ", ")
	w.Header()["Allow"] = []string{allow}
	x.fail(fault.New(fault.MethodNotAllowed, api.CodeMethodNotAllowed, "This path answers %s only.", allow))
}

func (a *API) allowedMethods(r *http.Request) []string {
	if !cleanPath(r.URL.Path) {
		return nil
	}
	probe := *r
	var allowed []string
	for _, method := range routedMethods {
		probe.Method = method
		if _, pattern := a.mux.Handler(&probe); pattern != "/" && pattern != "" {
			allowed = append(allowed, method)
		}
	}
	slices.Sort(allowed)
	return allowed
}
