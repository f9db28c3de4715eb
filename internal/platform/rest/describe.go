package rest

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

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

// tidy corrects in the OpenAPI entry what huma reads differently: several
// media types in one tag, and headers that OpenAPI says elsewhere.
func tidy(op *huma.Operation) {
	op.Parameters = slices.DeleteFunc(op.Parameters, func(p *huma.Param) bool {
		return p.In == "header" && slices.Contains([]string{"Content-Type", "Accept", "Authorization"}, http.CanonicalHeaderKey(p.Name))
	})
	if op.RequestBody == nil {
		return
	}
	for tag, media := range op.RequestBody.Content {
		if !strings.Contains(tag, ",") {
			continue
		}
		delete(op.RequestBody.Content, tag)
		for one := range strings.SplitSeq(tag, ",") {
			op.RequestBody.Content[strings.TrimSpace(one)] = mediaFor(strings.TrimSpace(one), media)
		}
	}
}

// mediaFor describes a body in one of its media types; a form holds one file.
func mediaFor(media string, described *huma.MediaType) *huma.MediaType {
	if media != mediaMultipart {
		return described
	}
	return &huma.MediaType{Schema: &huma.Schema{
		Type:       huma.TypeObject,
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}},
		Required:   []string{"file"},
	}}
}
