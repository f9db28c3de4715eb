package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// answer is what came back from one request.
type answer struct {
	status int
	header http.Header
	raw    []byte
	body   map[string]any
}

// str walks down body by dotted names: a number picks from a list.
func (a answer) str(path string) string {
	v := a.at(path)
	if v == nil {
		return ""
	}
	return fmt.Sprint(v)
}

// num returns the integer at path, or -1.
func (a answer) num(path string) int64 {
	n, ok := a.at(path).(json.Number)
	if !ok {
		return -1
	}
	i, err := n.Int64()
	if err != nil {
		return -1
	}
	return i
}

func (a answer) at(path string) any {
	var v any = a.body
	for name := range strings.SplitSeq(path, ".") {
		switch node := v.(type) {
		case map[string]any:
			v = node[name]
		case []any:
			var i int
			if _, err := fmt.Sscan(name, &i); err != nil || i >= len(node) {
				return nil
			}
			v = node[i]
		default:
			return nil
		}
	}
	return v
}

// client is one visitor of the shop.
type client struct {
	t       *testing.T
	base    string
	headers map[string]string
	http    *http.Client
}

func newClient(t *testing.T, base string) *client {
	t.Helper()
	return &client{t: t, base: base, headers: map[string]string{}, http: &http.Client{Timeout: 20 * time.Second}}
}

// with returns a copy of c that sends one more header.
func (c *client) with(name, value string) *client {
	copied := &client{t: c.t, base: c.base, headers: map[string]string{name: value}, http: c.http}
	for n, v := range c.headers {
		if n != name {
			copied.headers[n] = v
		}
	}
	return copied
}

// do sends one request; in is JSON, nil for no body.
func (c *client) do(method, path string, in any) answer {
	c.t.Helper()
	var body io.Reader
	contentType := "application/json"
	if method == http.MethodPatch {
		contentType = "application/merge-patch+json"
	}
	if in != nil {
		raw, err := json.Marshal(in)
		if err != nil {
			c.t.Fatal(err)
		}
		body = bytes.NewReader(raw)
	}
	target := path
	if strings.HasPrefix(path, "/") {
		target = c.base + path
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, target, body)
	if err != nil {
		c.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", contentType)
	}
	return c.send(req)
}

// form posts an HTML form.
func (c *client) form(target string, values url.Values) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, target, strings.NewReader(values.Encode()))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return c.send(req)
}

func (c *client) send(req *http.Request) answer {
	c.t.Helper()
	for name, value := range c.headers {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(io.LimitReader(res.Body, 16<<20))
	if err != nil {
		c.t.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: raw}
	if strings.Contains(res.Header.Get("Content-Type"), "json") {
		decoder := json.NewDecoder(bytes.NewReader(raw))
		decoder.UseNumber()
		if err := decoder.Decode(&a.body); err != nil {
			c.t.Fatalf("%s %s answers JSON that is none: %v: %.200s", req.Method, req.URL, err, raw)
		}
	}
	if res.Header.Get("Content-Type") == "application/problem+json" {
		requireProblem(c.t, req.Method+" "+req.URL.Path, a)
	}
	return a
}

// must is do with an expected status.
func (c *client) must(status int, method, path string, in any) answer {
	c.t.Helper()
	a := c.do(method, path, in)
	if a.status != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, status, a.raw)
	}
	return a
}

// eventually asks until done says yes or the time is up: events are on their way.
func eventually(t *testing.T, what string, done func() bool) {
	t.Helper()
	deadline := time.NewTimer(time.Minute)
	defer deadline.Stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-tick.C:
		case <-deadline.C:
			t.Fatalf("%s did not happen in a minute", what)
		}
	}
}
