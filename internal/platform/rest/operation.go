// Package rest turns one Go value per operation into its route, its
// validation, its OpenAPI entry, its permission check and its client call.
package rest

// Operation is the contract of one HTTP operation.
//
// I is the input, a struct. Its fields say by tag where they travel, and by
// huma's tags what they may hold:
//
//	type UpdateNoteInput struct {
//		ID        string `path:"id" prefix:"prd"`       // another kind of id is 404 wrong_id_type
//		api.Paging                                      // query:"limit", query:"cursor"
//		CartToken string `header:"Cart-Token" maxLength:"128"`
//		rest.IfMatch                                    // of a Guarded operation: in.Version()
//		rest.IdempotencyKey                             // of an Idempotent one, if clients are to choose it
//		Body      struct {
//			Title string             `json:"title" minLength:"1" maxLength:"100"`
//			Text  string             `json:"text,omitempty" multiline:"true"`
//			Note  rest.Patch[string] `json:"note,omitzero"` // absent, null and a value differ
//		} `contentType:"application/merge-patch+json,application/json"` // default application/json
//	}
//
// No text may hold control characters; multiline:"true" allows newline and tab.
// prefix:"ord" in query or body makes a malformed id a validation failure.
//
// Bytes arrive in RawBody instead of Body: webhooks as `RawBody []byte
// contentType:"application/json"`, with rest.Headers embedded when the headers
// cannot be named; uploads as `RawBody []byte
// contentType:"image/*,multipart/form-data"`. Of a form the one file in it
// becomes RawBody, and a field tagged header:"Content-Type" is that of the file,
// so a service sees the same for both.
//
// O is the body of the answer; use NoContent for none and Blob with Stream for
// bytes. What O implements adds headers: Versioned, Located; see also Encoded.
//
// In one process siblings call the implementation directly: no default is filled
// in, nothing is validated, no key is looked up. An implementation must hold its
// own rules, and treat a zero limit as the default.
type Operation[I, O any] struct {
	ID          string // kebab-case, unique in the shop: "get-product"
	Method      string
	Path        string // "/v1/products/{id}"
	Summary     string // one line, for the reference
	Description string
	Needs       Access
	Status      int      // status on success; 0 means 200, or 204 for NoContent
	Idempotent  bool     // Idempotency-Key is required (400 without); replays are byte-equal
	Guarded     bool     // If-Match is required: missing 428, stale 412
	Codes       []string // registered problem codes this operation may answer with, beyond the general ones
	MaxBody     int64    // bytes; 0 means 1 MiB
	Cache       string   // Cache-Control on success; "" means no-store
	Stream      bool     // O is Blob: bytes with a content type of their own
}

// NoContent is the output of an operation that answers 204.
type NoContent struct{}

// Versioned is implemented by resources that carry a strong ETag.
type Versioned interface {
	ResourceVersion() int64
}

// Located is implemented by creation responses that name their resource.
type Located interface {
	ResourcePath() string
}

// Encoded is implemented by outputs that can keep their JSON at hand, so that a
// cache answers many readers at the cost of one encoding. It must be what Encode
// returns; nil means that there is none.
type Encoded interface {
	EncodedJSON() []byte
}

// Access says who may call an operation. The zero value is refused at
// registration, so that nothing is public by accident.
type Access struct {
	kind       accessKind
	permission string
}

type accessKind uint8

const (
	accessUnset accessKind = iota
	accessPublic
	accessSignedIn
	accessPermission
	accessOwner
	accessInternal
)

// Public operations need no credentials; a valid token is still read.
var Public = Access{kind: accessPublic}

// SignedIn operations need any valid access token and act on the caller's own data.
var SignedIn = Access{kind: accessSignedIn}

// Permission operations need a token with this permission, "resource:action".
func Permission(p string) Access { return Access{kind: accessPermission, permission: p} }

// OwnerOr operations are for the owner of the resource, proven by token or by
// a resource secret such as Cart-Token, and for staff with the permission. The
// service checks ownership; a caller who is neither gets 404.
func OwnerOr(p string) Access { return Access{kind: accessOwner, permission: p} }

// Internal operations are for sibling services with an API key of this scope.
func Internal(scope string) Access { return Access{kind: accessInternal, permission: scope} }
