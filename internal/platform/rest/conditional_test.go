package rest_test

import (
	"context"
	"io"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
)

func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	for tag, status := range map[string]int{
		`"3"`: 304, `W/"3"`: 304, `"1", "3"`: 304, `*`: 304, `"4"`: 200, `3`: 200, `"33"`: 200, "": 200,
	} {
		w := f.do("GET", "/v1/notes/"+knownNote, "", "If-None-Match: "+tag)
		if w.Code != status || (status == 304) != (w.Body.Len() == 0) {
			t.Errorf("If-None-Match %s: %d %s", tag, w.Code, w.Body)
		}
		if w.Header().Get("ETag") != `"3"` || w.Header().Get("Cache-Control") != "public, max-age=60" {
			t.Errorf("headers = %v", w.Header())
		}
	}
	w := f.do("GET", "/v1/notes/"+knownNote+"/picture", "", `If-None-Match: "pic1"`)
	if w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("picture: %d %q", w.Code, w.Body)
	}
}

func TestGuarded(t *testing.T) {
	t.Parallel()
	f := newFixture(t)
	patch := func(tag string) (int, string) {
		headers := []string{"Authorization: Bearer staff", "Content-Type: application/merge-patch+json"}
		if tag != "" {
			headers = append(headers, "If-Match: "+tag)
		}
		w := f.do("PATCH", "/v1/notes/"+knownNote, `{"title":"new"}`, headers...)
		return w.Code, w.Header().Get("ETag")
	}
	for tag, status := range map[string]int{
		"": 428, `"3"`: 200, ` "3" `: 200, `"2"`: 412, `3`: 412, `W/"3"`: 412, `*`: 412, `"x"`: 412, `"-3"`: 412, `"0"`: 412, `"3", "4"`: 412, `""`: 412,
	} {
		got, etag := patch(tag)
		if got != status || status == 200 && etag != `"4"` {
			t.Errorf("If-Match %s: %d %s, want %d", tag, got, etag, status)
		}
	}
	if rest.MatchVersion(7).Version() != 7 || (rest.IfMatch{}).Version() != 0 {
		t.Error("IfMatch does not round-trip")
	}
}

func TestBlob(t *testing.T) {
	t.Parallel()
	w := newFixture(t).do("GET", "/v1/notes/"+knownNote+"/picture", "")
	h := w.Header()
	if w.Code != 200 || w.Body.String() != "\x89PNG" || h.Get("Content-Type") != "image/png" || h.Get("ETag") != `"pic1"` ||
		h.Get("Cache-Control") != "public, max-age=31536000, immutable" || h.Get("X-Content-Type-Options") != "nosniff" ||
		h.Get("Cross-Origin-Resource-Policy") != "cross-origin" || h.Get("Content-Length") != "4" {
		t.Errorf("%d %q %v", w.Code, w.Body, h)
	}
}

func TestUpload(t *testing.T) {
	t.Parallel()
	const path = "/v1/notes/" + knownNote + "/picture"
	form := func(parts ...string) string {
		return "--x\r\n" + strings.Join(parts, "\r\n--x\r\n") + "\r\n--x--\r\n"
	}
	const (
		field = "Content-Disposition: form-data; name=\"note\"\r\n\r\nhello"
		file  = "Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\nContent-Type: image/png\r\n\r\nPNG!"
		text  = "Content-Disposition: form-data; name=\"file\"; filename=\"a.txt\"\r\nContent-Type: text/plain\r\n\r\nhello"
	)
	f := newFixture(t)
	for _, test := range []struct {
		name, media, body string
		status            int
		want              string // answer or code
	}{
		{"raw", "image/png", "PNG!", 200, `"media_type":"image/png","size":4`},
		{"raw with parameter", "image/png; q=1", "PNG!", 200, `"size":4`},
		{"form", "multipart/form-data; boundary=x", form(field, file), 200, `"media_type":"image/png","size":4`},
		{"no media type", "", "PNG!", 415, "unsupported_media_type"},
		{"other media type", "text/html", "<html>", 415, "unsupported_media_type"},
		{"form with other file", "multipart/form-data; boundary=x", form(text), 415, "unsupported_media_type"},
		{"form without file", "multipart/form-data; boundary=x", form(field), 400, "malformed_request"},
		{"form with two files", "multipart/form-data; boundary=x", form(file, file), 400, "malformed_request"},
		{"form cut short", "multipart/form-data; boundary=x", form(file)[:60], 400, "malformed_request"},
		{"form with other boundary", "multipart/form-data; boundary=y", form(file), 400, "malformed_request"},
		{"empty", "image/png", "", 400, "malformed_request"},
		{"at the limit", "image/png", strings.Repeat("x", 1000), 200, `"size":1000`},
		{"over the limit", "image/png", strings.Repeat("x", 1001), 413, "body_too_large"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := f.do("PUT", path, test.body, "Content-Type: "+test.media)
			if test.status != 200 {
				wantProblem(t, w, test.status, test.want)
			} else if w.Code != 200 || !strings.Contains(w.Body.String(), test.want) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}

func TestHook(t *testing.T) {
	t.Parallel()
	body := `{"anything": [1, 2,   3], "unknown": "field"}`
	w := newFixture(t).do("POST", "/v1/hooks/stripe", body, "X-Signature: s1g")
	if w.Code != 200 || !strings.Contains(w.Body.String(), `"id":"stripe"`) || !strings.Contains(w.Body.String(), `"size":45,"signature":"s1g"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestCursor(t *testing.T) {
	t.Parallel()
	cursor := rest.EncodeCursor(toyNow, knownNote, int64(1)<<60)
	at := toyNow.AddDate(1, 0, 0)
	var id string
	var n int64
	if err := rest.DecodeCursor(cursor, &at, &id, &n); err != nil || !at.Equal(toyNow) || id != knownNote || n != 1<<60 {
		t.Fatalf("got %v %v %v, %v", at, id, n, err)
	}
	for _, bad := range []string{
		"", "!", "abc", cursor + "A", cursor[:len(cursor)-2], rest.EncodeCursor(1, 2, 3), rest.EncodeCursor(toyNow, knownNote),
		rest.EncodeCursor(nil, nil, nil), rest.EncodeCursor(toyNow, knownNote, "x"),
	} {
		err := rest.DecodeCursor(bad, &at, &id, &n)
		f := fault.As(err)
		if f == nil || f.Kind != fault.Invalid || len(f.Fields) != 1 || f.Fields[0].Pointer != "query.cursor" {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestStreamThatBreaks(t *testing.T) {
	t.Parallel()
	closed := false
	log := &lockedBuffer{}
	a := rest.NewAPI(rest.Config{Service: "toy", Title: "Toy", Version: "1", Log: slog.New(slog.NewJSONHandler(log, nil))})
	rest.Handle(a, getPic, func(context.Context, *getInput) (*rest.Blob, error) {
		return &rest.Blob{ContentType: "image/png", Reader: failingReader{&closed}, Size: 100}, nil
	})
	server := httptest.NewServer(a.Handler())
	t.Cleanup(server.Close)
	response, err := server.Client().Get(server.URL + "/v1/notes/" + knownNote + "/picture")
	if err == nil { // else the connection broke before anything was sent
		_, err = io.ReadAll(response.Body)
		_ = response.Body.Close()
	}
	if err == nil {
		t.Error("a broken stream looks whole")
	}
	server.Close() // waits for the handler
	if line := log.lines(t)[0]; !closed || line["error"] != "disk hunter2" {
		t.Errorf("closed %v, log %v", closed, line)
	}
}
