package api

// Problem is the body of every 4xx and 5xx answer: RFC 9457,
// application/problem+json. Extension members (such as "total" on a changed
// total) stand beside these.
type Problem struct {
	Type      string         `json:"type" format:"uri-reference" example:"/docs/problems/validation_failed"`
	Title     string         `json:"title"`
	Status    int            `json:"status"`
	Detail    string         `json:"detail"`
	Code      string         `json:"code" doc:"Stable, registered; switch on this"`
	RequestID string         `json:"request_id,omitempty"`
	Errors    []ProblemField `json:"errors,omitempty"`
}

// ProblemField names one offending part of the request.
type ProblemField struct {
	Pointer string `json:"pointer" doc:"RFC 6901 pointer into the body (#/quantity), or query.limit, header.If-Match, path.id"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// Code is one registered problem code.
type Code struct {
	Name   string // snake_case, never renamed
	Status int    // the status it is answered with
	Title  string // one short sentence for people
}

// The general codes, which any operation may answer with. Those of one service
// are in the Codes of its contract package.
const (
	CodeInternal             = "internal"
	CodeMalformed            = "malformed_request"
	CodeInvalid              = "validation_failed"
	CodeUnknownParameter     = "unknown_parameter"
	CodeUnauthenticated      = "unauthenticated"
	CodeTokenExpired         = "token_expired"
	CodeForbidden            = "forbidden"
	CodeNotFound             = "not_found"
	CodeWrongIDType          = "wrong_id_type"
	CodeMethodNotAllowed     = "method_not_allowed"
	CodeUnsupportedMedia     = "unsupported_media_type"
	CodeTooLarge             = "body_too_large"
	CodeConflict             = "conflict"
	CodePreconditionFailed   = "precondition_failed"
	CodePreconditionRequired = "precondition_required"
	CodeRateLimited          = "rate_limited"
	CodeUnavailable          = "unavailable"
	CodeTimeout              = "upstream_timeout"
	CodeIdempotencyMissing   = "idempotency_key_missing"
	CodeIdempotencyReused    = "idempotency_key_reused"
	CodeIdempotencyInFlight  = "idempotency_key_in_flight"
)

// Codes lists the general codes.
var Codes = []Code{
	{CodeInternal, 500, "Something went wrong on our side"},
	{CodeMalformed, 400, "The request cannot be read"},
	{CodeInvalid, 422, "A value breaks a rule"},
	{CodeUnknownParameter, 422, "A query parameter or field is not known"},
	{CodeUnauthenticated, 401, "Credentials are missing or not valid"},
	{CodeTokenExpired, 401, "The access token has expired"},
	{CodeForbidden, 403, "Your credentials do not allow this"},
	{CodeNotFound, 404, "There is no such resource"},
	{CodeWrongIDType, 404, "The id names another kind of resource"},
	{CodeMethodNotAllowed, 405, "The method is not allowed here"},
	{CodeUnsupportedMedia, 415, "The media type is not supported"},
	{CodeTooLarge, 413, "The body is too large"},
	{CodeConflict, 409, "The request conflicts with the current state"},
	{CodePreconditionFailed, 412, "The resource has changed since you read it"},
	{CodePreconditionRequired, 428, "If-Match is required"},
	{CodeRateLimited, 429, "Too many requests"},
	{CodeUnavailable, 503, "The service cannot answer right now"},
	{CodeTimeout, 504, "A remote system did not answer in time"},
	{CodeIdempotencyMissing, 400, "Idempotency-Key is required"},
	{CodeIdempotencyReused, 422, "The key was used for another request"},
	{CodeIdempotencyInFlight, 409, "The first request with this key is still running"},
}
