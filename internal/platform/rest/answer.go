package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"strconv"
	"sync"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const mediaJSON = "application/json"

// Header values that never change, ready for a header map.
var (
	headerJSON    = []string{mediaJSON}
	headerProblem = []string{mediaProblem}
	headerNoStore = []string{"no-store"}
	headerTrue    = []string{"true"}
	headerNosniff = []string{"nosniff"}

	headerCrossOrigin = []string{"cross-origin"}
)

const pooledBufferLimit = 256 << 10

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func getBuffer() *bytes.Buffer { return buffers.Get().(*bytes.Buffer) }

func putBuffer(b *bytes.Buffer) {
	if b.Cap() <= pooledBufferLimit {
		b.Reset()
		buffers.Put(b)
	}
}

// Encode returns v exactly as an answer carries it. What an idempotent
// operation remembers must come from here, so that a replay is byte-equal.
func Encode(v any) ([]byte, error) {
	buffer := getBuffer()
	defer putBuffer(buffer)
	if err := encodeTo(buffer, v); err != nil {
		return nil, err
	}
	return bytes.Clone(buffer.Bytes()), nil
}

func encodeTo(buffer *bytes.Buffer, v any) error {
	encoder := json.NewEncoder(buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return fmt.Errorf("rest: encode answer: %w", err)
	}
	buffer.Truncate(buffer.Len() - 1) // the encoder's newline
	return nil
}

// succeed makes out, a pointer, the answer.
func (x *exchange) succeed(out any) {
	x.answered = true
	x.status = x.route.info.Status
	if blob, ok := out.(*Blob); ok {
		x.blob = blob
		x.version = blob.ETag
		x.revalidate()
		return
	}
	x.describe(out)
	x.revalidate()
	if x.status == http.StatusNoContent || x.status == http.StatusNotModified {
		return
	}
	if ready, ok := out.(Encoded); ok {
		if x.ready = ready.EncodedJSON(); x.ready != nil {
			return
		}
	}
	fillList(out)
	x.answer = getBuffer()
	if err := encodeTo(x.answer, out); err != nil {
		x.answered = false
		x.fail(err)
	}
}

// describe takes the headers that a resource brings along.
func (x *exchange) describe(out any) {
	if versioned, ok := out.(Versioned); ok {
		x.version = formatETag(versioned.ResourceVersion())
	}
	if located, ok := out.(Located); ok && x.status == http.StatusCreated {
		x.location = located.ResourcePath()
	}
}

// revalidate spares the body when the caller holds the same version.
func (x *exchange) revalidate() {
	if x.version == "" || (x.r.Method != http.MethodGet && x.r.Method != http.MethodHead) {
		return
	}
	if matchesNone(x.r.Header.Get("If-None-Match"), x.version) {
		x.status = http.StatusNotModified
	}
}

// fillList makes an empty list [] where Go would write null.
func fillList(out any) {
	v := reflect.ValueOf(out).Elem()
	if v.Kind() != reflect.Struct {
		return
	}
	if data := v.FieldByName("Data"); data.IsValid() && data.Kind() == reflect.Slice && data.IsNil() && data.CanSet() {
		data.Set(reflect.MakeSlice(data.Type(), 0, 0))
	}
}

// replay answers with the bytes that were stored for the first request.
func (x *exchange) replay(status int, body []byte, out any) {
	x.answered, x.replayed = true, true
	x.status = status
	if len(body) > 0 {
		x.answer = getBuffer()
		x.answer.Write(body)
		if json.Unmarshal(body, out) == nil {
			x.describe(out)
		}
	}
}

func (x *exchange) write() {
	h := x.w.Header()
	h["Request-Id"] = []string{x.id}
	if x.failure != nil {
		x.writeProblem(h)
		return
	}
	if !x.answered { // a defect: nobody concluded
		x.fail(fault.New(fault.Internal, api.CodeInternal, internalDetail))
		x.writeProblem(h)
		return
	}
	h["Cache-Control"] = x.route.cache
	setHeader(h, "Etag", x.version)
	setHeader(h, "Location", x.location)
	if x.replayed {
		h["Idempotent-Replayed"] = headerTrue
	}
	if x.blob != nil && x.status != http.StatusNotModified {
		x.writeBlob(h)
		return
	}
	body := x.ready
	if x.answer != nil {
		body = x.answer.Bytes()
	}
	if len(body) == 0 {
		x.w.WriteHeader(x.status)
		return
	}
	h["Content-Type"] = headerJSON
	if len(body) > 2048 { // net/http counts smaller ones itself
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	x.w.WriteHeader(x.status)
	x.written(x.w.Write(body))
}

// written notes a failed write: the caller has gone, there is nobody to tell.
func (x *exchange) written(_ int, err error) {
	if err != nil && x.cause == nil {
		x.cause = err
	}
}
