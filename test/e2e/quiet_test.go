package e2e_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"strings"
)

// quietClient is a client for goroutines that outlive a step of their test: it
// reports a shop that does not answer instead of failing.
type quietClient struct {
	base string
	http *http.Client
}

func (c *quietClient) do(method, path string, headers map[string]string, in any) (answer, bool) {
	raw, err := json.Marshal(in)
	if err != nil {
		return answer{}, false
	}
	req, err := http.NewRequest(method, c.base+path, bytes.NewReader(raw))
	if err != nil {
		return answer{}, false
	}
	req.Header.Set("Content-Type", "application/json")
	if method == http.MethodPatch {
		req.Header.Set("Content-Type", "application/merge-patch+json")
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, false
	}
	defer func() { _ = res.Body.Close() }()
	a := answer{status: res.StatusCode, header: res.Header}
	if a.raw, err = io.ReadAll(io.LimitReader(res.Body, 1<<20)); err != nil {
		return a, false
	}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		decoder := json.NewDecoder(bytes.NewReader(a.raw))
		decoder.UseNumber()
		if err := decoder.Decode(&a.body); err != nil {
			return a, false
		}
	}
	return a, true
}
