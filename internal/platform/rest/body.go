package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"pasar/api"
	"pasar/internal/platform/fault"
)

const (
	maxDepth       = 32
	maxPromise     = 64 << 10 // of a body is made room for before it has come
	mediaMultipart = "multipart/form-data"
)

// readBody takes the whole body into memory, refusing what is too large, of
// another media type, or dangerous to parse.
func (x *exchange) readBody() error {
	limit := x.route.info.MaxBody
	if x.r.ContentLength > limit {
		return tooLarge(limit)
	}
	body, err := readLimited(x.r, limit)
	if err != nil {
		return err
	}
	x.body = body
	if len(body) == 0 {
		return nil
	}
	if err := x.checkMedia(); err != nil {
		return err
	}
	if x.route.plan.raw != nil {
		return nil
	}
	if err := checkJSON(body); err != nil {
		return err
	}
	return x.checkShape()
}

func readLimited(r *http.Request, limit int64) ([]byte, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	var buffer bytes.Buffer
	if r.ContentLength > 0 {
		buffer.Grow(int(min(r.ContentLength, maxPromise)) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(r.Body, limit+1))
	var tooBig *http.MaxBytesError
	switch {
	case errors.As(err, &tooBig):
		return nil, tooLarge(tooBig.Limit)
	case err != nil:
		return nil, fault.Wrap(err, fault.Malformed, api.CodeMalformed, "The body ended before it was complete.")
	case n > limit:
		return nil, tooLarge(limit)
	}
	return buffer.Bytes(), nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, api.CodeTooLarge, "The body may have at most %d bytes.", limit)
}

// checkMedia compares the Content-Type with what the operation takes. A file
// sent as multipart/form-data is unpacked, where the operation allows it.
func (x *exchange) checkMedia() error {
	if encoding := x.r.Header.Get("Content-Encoding"); encoding != "" && encoding != "identity" {
		return fault.New(fault.Unsupported, api.CodeUnsupportedMedia, "Send the body without Content-Encoding.")
	}
	header := x.r.Header.Get("Content-Type")
	plan := x.route.plan
	if header == "" && plan.raw == nil {
		header = plan.media[0]
	}
	x.media = header
	if header == mediaJSON && plan.media[0] == mediaJSON {
		return nil
	}
	media, params, err := mime.ParseMediaType(header)
	if err != nil || !acceptsMedia(plan.media, media) || !acceptsCharset(params["charset"]) {
		return wrongMedia(plan.media)
	}
	if media == mediaMultipart && plan.raw != nil {
		return x.unpackFile(params["boundary"])
	}
	return nil
}

func acceptsMedia(accepted []string, media string) bool {
	return slices.ContainsFunc(accepted, func(a string) bool {
		family, wild := strings.CutSuffix(a, "*")
		return a == media || wild && strings.HasPrefix(media, family)
	})
}

func acceptsCharset(charset string) bool {
	return charset == "" || strings.EqualFold(charset, "utf-8") || strings.EqualFold(charset, "us-ascii")
}

func wrongMedia(accepted []string) error {
	return fault.New(fault.Unsupported, api.CodeUnsupportedMedia, "Send the body as %s and say so in Content-Type.", strings.Join(accepted, " or ")).
		At("header.Content-Type", api.CodeUnsupportedMedia, "expected "+strings.Join(accepted, " or "))
}

// unpackFile replaces a form by the one file in it.
func (x *exchange) unpackFile(boundary string) error {
	file, media, err := onlyFile(multipart.NewReader(bytes.NewReader(x.body), boundary))
	if err != nil {
		return err
	}
	if media == mediaMultipart || !acceptsMedia(x.route.plan.media, media) {
		return wrongMedia(x.route.plan.media)
	}
	x.body, x.media = file, media
	return nil
}

func onlyFile(form *multipart.Reader) (file []byte, media string, err error) {
	found := false
	for {
		part, err := form.NextPart()
		switch {
		case errors.Is(err, io.EOF) && found:
			return file, media, nil
		case errors.Is(err, io.EOF):
			return nil, "", fault.New(fault.Malformed, api.CodeMalformed, "The form holds no file.")
		case err != nil:
			return nil, "", fault.Wrap(err, fault.Malformed, api.CodeMalformed, "The form cannot be read.")
		case part.FileName() == "":
			continue
		case found:
			return nil, "", fault.New(fault.Malformed, api.CodeMalformed, "Send one file at a time.")
		}
		if file, err = io.ReadAll(part); err != nil { // bounded: it is a part of the body
			return nil, "", fault.Wrap(err, fault.Malformed, api.CodeMalformed, "The file in the form ended before it was complete.")
		}
		found, media = true, part.Header.Get("Content-Type")
	}
}

// checkJSON refuses what encoding/json would take: text that is not UTF-8,
// which it would quietly replace, and nesting that serves no honest caller.
func checkJSON(body []byte) error {
	if !utf8.Valid(body) {
		return malformed("The body is not valid UTF-8.")
	}
	depth, inString := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case inString:
			if c == '\\' {
				i++
			} else if c == '"' {
				inString = false
			}
		case c == '"':
			inString = true
		case c == '{' || c == '[':
			if depth++; depth > maxDepth {
				return malformed("The body is nested more than 32 levels deep.")
			}
		case c == '}' || c == ']':
			depth--
		}
	}
	return nil
}

func malformed(detail string) error {
	return fault.New(fault.Malformed, api.CodeMalformed, detail).At("#", api.CodeMalformed, detail)
}

// describeDecodeError says where the body is wrong without repeating it.
func describeDecodeError(body []byte, err error) error {
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return &decodeError{pointer: "#", code: api.CodeMalformed, detail: "not valid JSON near byte " + itoa(syntax.Offset)}
	}
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return &decodeError{pointer: pointerAt(body, wrong.Offset), code: "wrong_type", detail: "the value does not fit its type"}
	}
	return &decodeError{pointer: "#", code: "wrong_format", detail: "a value has the wrong format"}
}
