package rest

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pasar/api"
	"pasar/internal/platform/fault"
)

// problem tells huma the shape of a problem and keeps its own from being
// written. Its name is the schema's.
type problem struct {
	api.Problem
}

func (p *problem) Error() string             { return p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return mediaProblem }

func newProblemModel(status int, _ string, _ ...error) huma.StatusError {
	return &problem{api.Problem{Status: status}}
}

// captureError receives every refusal of huma's binding. Huma's own document
// would repeat the rejected values, passwords and card numbers included.
func captureError(ctx huma.Context, status int, message string, errs ...error) huma.StatusError {
	if x, ok := ctx.(*exchange); ok {
		x.fail(x.bindingFault(status, message, errs))
	}
	return newProblemModel(status, message)
}

func (x *exchange) bindingFault(status int, message string, errs []error) error {
	fields := x.fieldsOf(errs)
	switch status {
	case http.StatusBadRequest:
		return withFields(fault.New(fault.Malformed, api.CodeMalformed, malformedDetail(message, fields)), fields)
	case http.StatusUnprocessableEntity:
		return invalid(fields)
	}
	return fault.New(fault.Internal, api.CodeInternal, "rest: huma refused with status %d: %s", status, message)
}

func invalid(fields []fault.Field) error {
	for _, field := range fields {
		if field.Code == api.CodeUnknownParameter {
			return withFields(fault.New(fault.Invalid, api.CodeUnknownParameter, summarize(field, len(fields))), fields)
		}
	}
	if len(fields) > 0 {
		return withFields(fault.New(fault.Invalid, api.CodeInvalid, summarize(fields[0], len(fields))), fields)
	}
	return fault.New(fault.Invalid, api.CodeInvalid, "A value breaks a rule of this operation.")
}

func malformedDetail(message string, fields []fault.Field) string {
	if len(fields) > 0 {
		return "The body cannot be read: " + fields[0].Detail + "."
	}
	if strings.Contains(message, "required") {
		return "This operation needs a body."
	}
	return "The body cannot be read."
}

func withFields(f *fault.Error, fields []fault.Field) *fault.Error {
	f.Fields = fields
	return f
}

func summarize(field fault.Field, count int) string {
	detail := field.Pointer + ": " + field.Detail
	if count > 1 {
		detail += " (and " + strconv.Itoa(count-1) + " more)"
	}
	return detail + "."
}

const maxFields = 50

func (x *exchange) fieldsOf(errs []error) []fault.Field {
	var fields []fault.Field
	for _, err := range errs {
		if len(fields) == maxFields {
			break
		}
		detailer, ok := err.(huma.ErrorDetailer)
		if !ok {
			fields = append(fields, fault.Field{Pointer: "#", Code: "invalid", Detail: "a value is not valid"})
			continue
		}
		fields = append(fields, x.fieldOf(detailer.ErrorDetail()))
	}
	return fields
}

func (x *exchange) fieldOf(d *huma.ErrorDetail) fault.Field {
	if field, ok := decodeErrorField(d.Message); ok {
		return field
	}
	pointer := pointerOf(d.Location)
	if name, ok := strings.CutPrefix(d.Message, "expected required property "); ok {
		name = strings.TrimSuffix(name, " to be present")
		return fault.Field{Pointer: pointer + "/" + escapePointer(name), Code: "required", Detail: "is required"}
	}
	if d.Message == "unexpected property" {
		return x.unknownField(pointer)
	}
	code, detail := classify(d.Message)
	return fault.Field{Pointer: pointer, Code: code, Detail: detail}
}

// rules maps the beginnings of huma's messages to codes. Where cut is set the
// message goes on with a piece of the rejected value, which is left out.
var rules = []struct {
	prefix, code string
	cut          bool
}{
	{"required ", "required", false},
	{"expected string to be RFC", "wrong_format", true},
	{"expected string to be either RFC", "wrong_format", true},
	{"expected string to be regex", "wrong_format", true},
	{"expected duration", "wrong_format", true},
	{"expected string to match", "wrong_format", false},
	{"expected string to be", "wrong_format", false},
	{"expected length", "wrong_length", false},
	{"expected array length", "wrong_length", false},
	{"expected array items to be unique", "not_unique", false},
	{"expected object with", "wrong_length", false},
	{"expected number ", "out_of_range", false},
	{"expected value to be one of", "not_allowed", false},
	{"expected string", "wrong_type", false},
	{"expected integer", "wrong_type", false},
	{"expected number", "wrong_type", false},
	{"expected boolean", "wrong_type", false},
	{"expected array", "wrong_type", false},
	{"expected object", "wrong_type", false},
	{"expected property", "required", false},
	{"invalid value", "wrong_format", true},
	{"invalid ", "wrong_type", false},
}

func classify(message string) (code, detail string) {
	for _, rule := range rules {
		if strings.HasPrefix(message, rule.prefix) {
			if rule.cut {
				message, _, _ = strings.Cut(message, ": ")
			}
			return rule.code, message
		}
	}
	return "invalid", "the value is not valid"
}

// pointerOf turns huma's "body.items[0].sku" into "#/items/0/sku".
func pointerOf(location string) string {
	rest, isBody := strings.CutPrefix(location, "body")
	if !isBody {
		return location
	}
	if rest == "" {
		return "#"
	}
	rest = strings.ReplaceAll(strings.ReplaceAll(rest, "]", ""), "[", ".")
	segments := strings.Split(strings.TrimPrefix(rest, "."), ".")
	for i := range segments {
		segments[i] = escapePointer(segments[i])
	}
	return "#/" + strings.Join(segments, "/")
}

var pointerEscaper = strings.NewReplacer("~", "~0", "/", "~1")

func escapePointer(segment string) string { return pointerEscaper.Replace(segment) }

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

const decodeMark = "\x00decode\x00"

// decodeError carries a decoding failure through huma, which keeps only the
// text of an error.
type decodeError struct {
	pointer, code, detail string
}

func (e *decodeError) Error() string {
	return decodeMark + e.pointer + "\x00" + e.code + "\x00" + e.detail
}

func decodeErrorField(message string) (fault.Field, bool) {
	rest, ok := strings.CutPrefix(message, decodeMark)
	if !ok {
		return fault.Field{}, false
	}
	parts := strings.SplitN(rest, "\x00", 3)
	return fault.Field{Pointer: parts[0], Code: parts[1], Detail: parts[2]}, true
}
