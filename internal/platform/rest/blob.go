package rest

import (
	"io"
	"net/http"
	"strconv"
)

// Blob is the output of a Stream operation: bytes with a content type of their
// own. Give Data, or Reader with Size when it is known; a Reader that is also
// an io.Closer is closed.
type Blob struct {
	ContentType  string
	Data         []byte
	Reader       io.Reader
	Size         int64  // of Reader; 0 when unknown
	CacheControl string // instead of the operation's
	ETag         string // quoted; makes If-None-Match work
	Disposition  string // Content-Disposition
}

func (x *exchange) writeBlob(h http.Header) {
	b := x.blob
	if closer, ok := b.Reader.(io.Closer); ok {
		defer func() { _ = closer.Close() }() // nothing was written to it
	}
	setHeader(h, "Content-Type", b.ContentType)
	setHeader(h, "Content-Disposition", b.Disposition)
	h["X-Content-Type-Options"] = headerNosniff
	if x.route.needs.kind == accessPublic { // shop fronts on other sites show it
		h["Cross-Origin-Resource-Policy"] = headerCrossOrigin
	}
	if b.CacheControl != "" {
		h["Cache-Control"] = []string{b.CacheControl}
	}
	size := b.Size
	if b.Reader == nil {
		size = int64(len(b.Data))
	}
	if size > 0 || b.Reader == nil {
		h["Content-Length"] = []string{strconv.FormatInt(size, 10)}
	}
	x.w.WriteHeader(x.status)
	if b.Reader == nil {
		x.written(x.w.Write(b.Data))
		return
	}
	if _, err := io.Copy(x.w, b.Reader); err != nil {
		x.cause = err
		panic(http.ErrAbortHandler) // the status is out: only a broken connection can still say so
	}
}

func setHeader(h http.Header, name, value string) {
	if value != "" {
		h[name] = []string{value}
	}
}
