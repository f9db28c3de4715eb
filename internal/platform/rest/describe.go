package rest

import (
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"pasar/api"
)

// describe makes the OpenAPI entry of an operation, which is also what huma
// binds and validates by.
func describe[I, O any](a *API, op Operation[I, O], rt *route) huma.Operation {
	described := huma.Operation{
		OperationID:     op.ID,
		Method:          op.Method,
		Path:            op.Path,
		Summary:         op.Summary,
		Description:     strings.TrimSpace(op.Description + "\n\n" + accessRule(rt)),
		Tags:            []string{a.config.Service},
		DefaultStatus:   rt.info.Status,
		Parameters:      headerParams(rt.info),
		Responses:       map[string]*huma.Response{},
		Security:        securityOf(op.Needs),
		Extensions:      map[string]any{"x-access": rt.info.Access},
		MaxBodyBytes:    -1, // the exchange has read and measured the body
		BodyReadTimeout: -1,
		// A raw body is bytes to huma, whatever its media type says.
		SkipValidateBody: rt.plan.raw != nil,
	}
	if rt.info.Permission != "" {
		described.Extensions["x-permission"] = rt.info.Permission
	}
	described.Responses[strconv.Itoa(rt.info.Status)] = success[O](a, rt)
	if conditional[O](rt) {
		described.Responses["304"] = &huma.Response{Description: "The caller holds this version already"}
	}
	describeProblems(a, rt, described.Responses)
	return described
}

func success[O any](a *API, rt *route) *huma.Response {
	response := &huma.Response{Description: http.StatusText(rt.info.Status), Headers: map[string]*huma.Param{
		"Request-Id": textHeader("Names this request in our logs"),
	}}
	if isVersioned[O]() {
		response.Headers["ETag"] = textHeader("Version of the resource, for If-None-Match and If-Match")
	}
	if _, ok := any(new(O)).(Located); ok && rt.info.Status == http.StatusCreated {
		response.Headers["Location"] = textHeader("Path of the new resource")
	}
	if rt.info.Idempotent {
		response.Headers["Idempotent-Replayed"] = textHeader("\"true\" when this is the stored answer to an earlier request")
	}
	switch {
	case rt.info.Stream:
		response.Content = map[string]*huma.MediaType{"*/*": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}
	case rt.info.Status != http.StatusNoContent:
		schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[O](), true, rt.info.ID+"Response")
		response.Content = map[string]*huma.MediaType{mediaJSON: {Schema: schema}}
	}
	return response
}

func isVersioned[O any]() bool {
	_, versioned := any(new(O)).(Versioned)
	_, blob := any(new(O)).(*Blob)
	return versioned || blob
}

func conditional[O any](rt *route) bool {
	return isVersioned[O]() && rt.info.Method == http.MethodGet
}

func textHeader(description string) *huma.Param {
	return &huma.Param{Description: description, Schema: &huma.Schema{Type: huma.TypeString}}
}

// headerParams are the headers that the contract implies. Huma leaves a
// parameter alone that is there already.
func headerParams(info Info) []*huma.Param {
	var params []*huma.Param
	if info.Idempotent {
		params = append(params, requiredHeader("Idempotency-Key", "7f3c9a52-1d0e-4f6b-9a39-0c5d2e8b4f11",
			"Names this attempt, 1 to 255 visible ASCII characters: a repeat with the same key and body gets the first answer again"))
	}
	if info.Guarded {
		params = append(params, requiredHeader("If-Match", `"3"`, "ETag of the version to change"))
	}
	return params
}

func requiredHeader(name, example, description string) *huma.Param {
	return &huma.Param{
		Name: name, In: "header", Required: true, Description: description, Example: example,
		Schema: &huma.Schema{Type: huma.TypeString},
	}
}

// Names of the security schemes.
const (
	schemeBearer  = "bearer"
	schemeService = "serviceKey"
)

var securitySchemes = map[string]any{
	schemeBearer: map[string]any{
		"type": "http", "scheme": "bearer",
		"description": "An access token (a JWT), or an API key, as Authorization: Bearer.",
	},
	schemeService: map[string]any{
		"type": "apiKey", "in": "header", "name": "Service-Key",
		"description": "The key with which one service calls another.",
	},
}

// accessRule says who may call an operation, for readers of the document.
func accessRule(rt *route) string {
	switch rt.needs.kind {
	case accessPublic:
		if rt.info.Internal() {
			return "For sibling services; never routed by the gateway."
		}
		return "Open to everybody."
	case accessSignedIn:
		return "Needs an access token."
	case accessPermission:
		return "Needs the permission `" + rt.info.Permission + "`."
	case accessOwner:
		return "For the owner, proven by access token or by the resource's secret, and for staff with the permission `" + rt.info.Permission + "`."
	case accessInternal:
		return "For sibling services whose key has the scope `" + rt.info.Permission + "`; never routed by the gateway."
	default:
		return ""
	}
}

// securityOf says which credentials open an operation; an empty requirement
// means that it opens without.
func securityOf(needs Access) []map[string][]string {
	bearer := map[string][]string{schemeBearer: {}}
	switch needs.kind {
	case accessPublic, accessOwner:
		return []map[string][]string{{}, bearer}
	case accessInternal:
		return []map[string][]string{{schemeService: {}}}
	default:
		return []map[string][]string{bearer}
	}
}

// describeProblems adds a response for every status that the operation may
// refuse with, naming its codes.
func describeProblems(a *API, rt *route, responses map[string]*huma.Response) {
	schema := a.huma.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[problem](), true, "")
	lines := map[int][]string{}
	for _, name := range problemCodes(rt) {
		code := a.codes[name]
		line := "`" + name + "`: " + code.Title
		if !slices.Contains(lines[code.Status], line) {
			lines[code.Status] = append(lines[code.Status], line)
		}
	}
	for status, about := range lines {
		responses[strconv.Itoa(status)] = &huma.Response{
			Description: http.StatusText(status) + ". " + strings.Join(about, "; ") + ".",
			Headers:     problemHeaders(status),
			Content:     map[string]*huma.MediaType{mediaProblem: {Schema: schema}},
		}
	}
}

func problemHeaders(status int) map[string]*huma.Param {
	headers := map[string]*huma.Param{"Request-Id": textHeader("Names this request in our logs")}
	switch status {
	case http.StatusUnauthorized:
		headers["WWW-Authenticate"] = textHeader("Which credentials are asked for")
	case http.StatusTooManyRequests, http.StatusServiceUnavailable:
		headers["Retry-After"] = &huma.Param{Description: "Seconds to wait before a repeat", Schema: &huma.Schema{Type: huma.TypeInteger}}
	}
	return headers
}

// problemCodes lists what the operation declares and what its shape implies.
func problemCodes(rt *route) []string {
	codes := slices.Clone(rt.info.Codes)
	add := func(when bool, names ...string) {
		if when {
			codes = append(codes, names...)
		}
	}
	plan := rt.plan
	hasPath := strings.Contains(rt.info.Path, "{")
	add(true, api.CodeUnauthenticated, api.CodeTokenExpired)
	add(rt.needs.kind == accessPermission || rt.needs.kind == accessInternal, api.CodeForbidden)
	add(hasPath, api.CodeNotFound)
	add(len(plan.ids) > 0, api.CodeWrongIDType)
	add(true, api.CodeMalformed, api.CodeUnknownParameter) // of a query string, sent where none is known
	add(len(plan.params) > 0 || plan.body != nil, api.CodeInvalid)
	add(plan.takesBody(), api.CodeTooLarge, api.CodeUnsupportedMedia)
	add(rt.info.Guarded, api.CodePreconditionRequired, api.CodePreconditionFailed)
	add(rt.info.Idempotent, api.CodeIdempotencyMissing, api.CodeIdempotencyInFlight, api.CodeIdempotencyReused)
	add(!rt.info.Internal(), api.CodeRateLimited)
	add(true, api.CodeInternal, api.CodeUnavailable)
	return codes
}

// tidy corrects in the OpenAPI entry what huma reads differently: several
// media types in one tag, and headers that OpenAPI says elsewhere.
func tidy(op *huma.Operation, schemas huma.Registry) {
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
			one = strings.TrimSpace(one)
			op.RequestBody.Content[one] = mediaFor(one, media, schemas)
		}
	}
}

// mediaFor describes a body in one of its media types; a form holds one file.
func mediaFor(media string, described *huma.MediaType, schemas huma.Registry) *huma.MediaType {
	if media != mediaMultipart {
		return described
	}
	schemas.Map()["FileForm"] = &huma.Schema{
		Type:       huma.TypeObject,
		Properties: map[string]*huma.Schema{"file": {Type: huma.TypeString, Format: "binary"}},
		Required:   []string{"file"},
	}
	return &huma.MediaType{Schema: &huma.Schema{Ref: schemaRef + "FileForm"}}
}
