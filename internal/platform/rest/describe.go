package rest

import (
	"net/http"
	"reflect"
	"strconv"

	"github.com/danielgtaylor/huma/v2"
)

// describe makes the OpenAPI entry of an operation, which is also what huma
// binds and validates by.
func describe[I, O any](a *API, op Operation[I, O], rt *route) huma.Operation {
	described := huma.Operation{
		OperationID:     op.ID,
		Method:          op.Method,
		Path:            op.Path,
		Summary:         op.Summary,
		Description:     op.Description,
		Tags:            []string{a.config.Service},
		DefaultStatus:   rt.info.Status,
		MaxBodyBytes:    -1, // the exchange has read and measured the body
		BodyReadTimeout: -1,
		// A raw body is bytes to huma, whatever its media type says.
		SkipValidateBody: rt.plan.raw != nil,
	}
	success := &huma.Response{Description: http.StatusText(rt.info.Status)}
	switch out := reflect.TypeFor[O](); {
	case op.Stream:
		success.Content = map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	case rt.info.Status != http.StatusNoContent:
		schema := a.huma.OpenAPI().Components.Schemas.Schema(out, true, op.ID+"Response")
		success.Content = map[string]*huma.MediaType{mediaJSON: {Schema: schema}}
	}
	described.Responses = map[string]*huma.Response{strconv.Itoa(rt.info.Status): success}
	return described
}
