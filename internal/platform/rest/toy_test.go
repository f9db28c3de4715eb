package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/idempotency"
	"pasar/internal/platform/rest"
)

// The toy is a service that uses everything the package offers.

const (
	knownNote = "prd_01jd5k9q2r3s4t5v6w7x8y9z0a"
	orderID   = "ord_01jd5k9q2r3s4t5v6w7x8y9z0a"

	codeTotalChanged = "total_changed"
)

type note struct {
	ID      string    `json:"id" example:"prd_01jd5k9q2r3s4t5v6w7x8y9z0a"`
	Title   string    `json:"title"`
	Amount  int64     `json:"amount"`
	MadeAt  time.Time `json:"made_at"`
	Version int64     `json:"version"`
}

func (n note) ResourceVersion() int64 { return n.Version }
func (n note) ResourcePath() string   { return "/v1/notes/" + n.ID }

type (
	getInput struct {
		ID string `path:"id" prefix:"prd"`
	}
	listInput struct {
		api.Paging
		Status string    `query:"status" enum:"open,done"`
		Tags   []string  `query:"tags"`
		Q      string    `query:"q" maxLength:"20"`
		Since  time.Time `query:"since"`
	}
	lineBody struct {
		SKU      string `json:"sku" minLength:"1" maxLength:"10"`
		Quantity int    `json:"quantity" minimum:"1" maximum:"99"`
	}
	createBody struct {
		Title    string     `json:"title" minLength:"1" maxLength:"40"`
		Text     string     `json:"text,omitempty" multiline:"true"`
		Password string     `json:"password,omitempty" minLength:"8"`
		Email    string     `json:"email,omitempty" format:"email"`
		Amount   int64      `json:"amount,omitempty"`
		Due      *time.Time `json:"due,omitempty"`
		Lines    []lineBody `json:"lines,omitempty" maxItems:"3"`
		Marks    []string   `json:"marks,omitempty" uniqueItems:"true"`
		Points   []struct {
			X int64 `json:"x"`
		} `json:"points,omitempty"`
		Meta   map[string]string `json:"meta,omitempty"`
		Free   any               `json:"free,omitempty"`
		Parent string            `json:"parent_id,omitempty" prefix:"prd"`
	}
	createInput struct {
		rest.IdempotencyKey
		CartToken string `header:"Cart-Token" maxLength:"128"`
		Body      createBody
	}
	updateInput struct {
		ID string `path:"id" prefix:"prd"`
		rest.IfMatch
		Body struct {
			Title  string               `json:"title,omitempty" maxLength:"40"`
			Text   rest.Patch[string]   `json:"text,omitzero" maxLength:"10" multiline:"true"`
			Parent rest.Patch[string]   `json:"parent_id,omitzero" prefix:"prd"`
			Line   rest.Patch[lineBody] `json:"line,omitzero"`
		} `contentType:"application/merge-patch+json,application/json"`
	}
	uploadInput struct {
		ID          string `path:"id" prefix:"prd"`
		ContentType string `header:"Content-Type"`
		RawBody     []byte `contentType:"image/*,multipart/form-data"`
	}
	hookInput struct {
		Gateway string `path:"gateway"`
		rest.Headers
		RawBody []byte `contentType:"application/json"`
	}
	failInput struct {
		How string `path:"how"`
	}
	empty struct{}
)

type echo struct {
	Kind      string `json:"kind"`
	ID        string `json:"id"`
	Request   string `json:"request"`
	Bearer    string `json:"bearer,omitempty"`
	MediaType string `json:"media_type,omitempty"`
	Size      int    `json:"size,omitempty"`
	Signature string `json:"signature,omitempty"`
}

var (
	getNote    = rest.Operation[getInput, note]{ID: "get-note", Method: "GET", Path: "/v1/notes/{id}", Summary: "One note", Needs: rest.Public, Cache: "public, max-age=60"}
	listNotes  = rest.Operation[listInput, api.List[note]]{ID: "list-notes", Method: "GET", Path: "/v1/notes", Summary: "Notes", Needs: rest.Public}
	createNote = rest.Operation[createInput, note]{ID: "create-note", Method: "POST", Path: "/v1/notes", Summary: "Make a note", Needs: rest.OwnerOr("note:write"), Status: 201, Idempotent: true, Codes: []string{codeTotalChanged}}
	updateNote = rest.Operation[updateInput, note]{ID: "update-note", Method: "PATCH", Path: "/v1/notes/{id}", Summary: "Change a note", Needs: rest.Permission("note:write"), Guarded: true}
	deleteNote = rest.Operation[getInput, rest.NoContent]{ID: "delete-note", Method: "DELETE", Path: "/v1/notes/{id}", Summary: "Delete a note", Needs: rest.SignedIn}
	uploadPic  = rest.Operation[uploadInput, echo]{ID: "upload-picture", Method: "PUT", Path: "/v1/notes/{id}/picture", Summary: "Set the picture", Needs: rest.Public, MaxBody: 1000}
	getPic     = rest.Operation[getInput, rest.Blob]{ID: "get-picture", Method: "GET", Path: "/v1/notes/{id}/picture", Summary: "The picture", Needs: rest.Public, Stream: true}
	takeHook   = rest.Operation[hookInput, echo]{ID: "take-hook", Method: "POST", Path: "/v1/hooks/{gateway}", Summary: "A webhook", Needs: rest.Public}
	whoAmI     = rest.Operation[empty, echo]{ID: "who-am-i", Method: "GET", Path: "/v1/me", Summary: "The caller", Needs: rest.Public}
	failNote   = rest.Operation[failInput, echo]{ID: "fail", Method: "POST", Path: "/v1/fail/{how}", Summary: "Fail", Needs: rest.Public, Codes: []string{codeTotalChanged}}
	internalOp = rest.Operation[empty, echo]{ID: "internal-echo", Method: "GET", Path: "/internal/v1/echo", Summary: "For siblings", Needs: rest.Internal("internal:toy")}
)

// toyService is the contract; toy implements it, toyClient calls it.
type toyService interface {
	Get(context.Context, *getInput) (*note, error)
	List(context.Context, *listInput) (*api.List[note], error)
	Create(context.Context, *createInput) (*note, error)
	Update(context.Context, *updateInput) (*note, error)
	Delete(context.Context, *getInput) (*rest.NoContent, error)
	Upload(context.Context, *uploadInput) (*echo, error)
	Picture(context.Context, *getInput) (*rest.Blob, error)
	Hook(context.Context, *hookInput) (*echo, error)
	Who(context.Context, *empty) (*echo, error)
	Fail(context.Context, *failInput) (*echo, error)
	Internal(context.Context, *empty) (*echo, error)
}

type toyClient struct{ caller *rest.Caller }

func (c toyClient) Get(ctx context.Context, in *getInput) (*note, error) {
	return rest.Call(ctx, c.caller, getNote, in)
}

func (c toyClient) List(ctx context.Context, in *listInput) (*api.List[note], error) {
	return rest.Call(ctx, c.caller, listNotes, in)
}

func (c toyClient) Create(ctx context.Context, in *createInput) (*note, error) {
	return rest.Call(ctx, c.caller, createNote, in)
}

func (c toyClient) Update(ctx context.Context, in *updateInput) (*note, error) {
	return rest.Call(ctx, c.caller, updateNote, in)
}

func (c toyClient) Delete(ctx context.Context, in *getInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, deleteNote, in)
}

func (c toyClient) Upload(ctx context.Context, in *uploadInput) (*echo, error) {
	return rest.Call(ctx, c.caller, uploadPic, in)
}

func (c toyClient) Picture(ctx context.Context, in *getInput) (*rest.Blob, error) {
	return rest.Call(ctx, c.caller, getPic, in)
}

func (c toyClient) Hook(ctx context.Context, in *hookInput) (*echo, error) {
	return rest.Call(ctx, c.caller, takeHook, in)
}

func (c toyClient) Who(ctx context.Context, in *empty) (*echo, error) {
	return rest.Call(ctx, c.caller, whoAmI, in)
}

func (c toyClient) Fail(ctx context.Context, in *failInput) (*echo, error) {
	return rest.Call(ctx, c.caller, failNote, in)
}

func (c toyClient) Internal(ctx context.Context, in *empty) (*echo, error) {
	return rest.Call(ctx, c.caller, internalOp, in)
}

type toy struct {
	store *keyStore
	last  struct {
		sync.Mutex
		create createInput
		list   listInput
		update updateInput
		resume string
	}
	// during runs inside Create, before its transaction.
	during func(ctx context.Context) error
	// forget makes Create lose its answer: the effect without the memory.
	forget bool
}

func (t *toy) Get(_ context.Context, in *getInput) (*note, error) {
	if in.ID != knownNote {
		return nil, fault.New(fault.NotFound, api.CodeNotFound, "There is no such note.")
	}
	return &note{ID: in.ID, Title: "<b>kopi & susu</b>", Amount: 1 << 60, MadeAt: toyNow, Version: 3}, nil
}

func (t *toy) List(_ context.Context, in *listInput) (*api.List[note], error) {
	t.last.Lock()
	defer t.last.Unlock()
	t.last.list = *in
	return &api.List[note]{}, nil
}

func (t *toy) Create(ctx context.Context, in *createInput) (*note, error) {
	request, _ := idempotency.FromContext(ctx)
	t.last.Lock()
	t.last.create, t.last.resume = *in, request.Resume
	t.last.Unlock()
	if t.during != nil {
		if err := t.during(ctx); err != nil {
			return nil, err
		}
	}
	made := &note{ID: api.NewID(api.PrefixProduct), Title: in.Body.Title, Amount: in.Body.Amount, MadeAt: toyNow, Version: 1}
	if t.forget {
		return made, nil
	}
	body, err := rest.Encode(made)
	if err != nil {
		return nil, err
	}
	return made, t.store.remember(ctx, 201, body)
}

func (t *toy) Update(_ context.Context, in *updateInput) (*note, error) {
	t.last.Lock()
	t.last.update = *in
	t.last.Unlock()
	if in.Version() != 3 {
		return nil, fault.New(fault.PreconditionFailed, api.CodePreconditionFailed, "The note is at version 3.")
	}
	return &note{ID: in.ID, Title: in.Body.Title, Version: 4}, nil
}

func (t *toy) Delete(context.Context, *getInput) (*rest.NoContent, error) {
	return &rest.NoContent{}, nil
}

func (t *toy) Upload(_ context.Context, in *uploadInput) (*echo, error) {
	return &echo{MediaType: in.ContentType, Size: len(in.RawBody)}, nil
}

func (t *toy) Picture(_ context.Context, in *getInput) (*rest.Blob, error) {
	return &rest.Blob{ContentType: "image/png", Data: []byte("\x89PNG"), ETag: `"pic1"`, CacheControl: "public, max-age=31536000, immutable"}, nil
}

func (t *toy) Hook(_ context.Context, in *hookInput) (*echo, error) {
	return &echo{ID: in.Gateway, Size: len(in.RawBody), Signature: in.Header.Get("X-Signature")}, nil
}

func (t *toy) Who(ctx context.Context, _ *empty) (*echo, error) {
	actor := rest.ActorFrom(ctx)
	return &echo{Kind: string(actor.Kind), ID: actor.ID, Request: rest.RequestID(ctx), Bearer: rest.BearerFrom(ctx)}, nil
}

func (t *toy) Internal(ctx context.Context, _ *empty) (*echo, error) { return t.Who(ctx, nil) }

func (t *toy) Fail(ctx context.Context, in *failInput) (*echo, error) {
	switch in.How {
	case "conflict":
		return nil, fault.New(fault.Conflict, codeTotalChanged, "The total is now different.").
			With("total", api.Money{Amount: 9007199254740993, Currency: "IDR"}).
			With("status", "hidden, because it is a standard member").
			At("#/total", "stale", "the total changed")
	case "busy":
		return nil, fault.New(fault.Unavailable, api.CodeUnavailable, "Later.").After(1500 * time.Millisecond)
	case "secret":
		return nil, fault.Wrap(io.ErrUnexpectedEOF, fault.Internal, "db_secret", "dsn user:hunter2")
	case "unknown":
		return nil, io.ErrUnexpectedEOF
	case "deadline":
		return nil, context.DeadlineExceeded
	case "own-deadline":
		<-ctx.Done()
		return nil, ctx.Err()
	case "panic":
		panic("hunter2")
	}
	return nil, nil
}

var toyNow = time.Date(2026, 11, 23, 8, 0, 0, 123000, time.UTC)

// keyStore is an idempotency store in memory.
type keyStore struct {
	mu      sync.Mutex
	records map[[2]string]idempotency.Record
	fail    error
	lookups int
}

func (s *keyStore) LookupKey(_ context.Context, scope, key string) (*idempotency.Record, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lookups++
	record, ok := s.records[[2]string{scope, key}]
	if s.fail != nil || !ok {
		return nil, s.fail
	}
	return &record, nil
}

func (s *keyStore) put(r idempotency.Request, record idempotency.Record) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.records == nil {
		s.records = map[[2]string]idempotency.Record{}
	}
	record.Fingerprint = r.Fingerprint
	s.records[[2]string{r.Scope, r.Key}] = record
}

func (s *keyStore) remember(ctx context.Context, status int, body []byte) error {
	r, ok := idempotency.FromContext(ctx)
	if !ok {
		return nil
	}
	s.mu.Lock()
	record, taken := s.records[[2]string{r.Scope, r.Key}]
	s.mu.Unlock()
	if taken && record.Done {
		return idempotency.ErrTaken
	}
	s.put(r, idempotency.Record{Done: true, Status: status, Body: body})
	return nil
}

func (s *keyStore) scopes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var scopes []string
	for at := range s.records {
		scopes = append(scopes, at[0])
	}
	return scopes
}

// tokens is the authenticator: the token is the name of the caller.
type tokens struct{}

func (tokens) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	switch bearer {
	case "ann":
		return api.Actor{Kind: api.ActorUser, ID: "usr_ann"}, nil
	case "staff":
		return api.Actor{Kind: api.ActorUser, ID: "usr_staff", Permissions: []string{"note:write"}}, nil
	case "key":
		return api.Actor{Kind: api.ActorKey, ID: "key_1", Permissions: []string{"note:write"}}, nil
	case "old":
		return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeTokenExpired, "The token has expired; refresh it.")
	case "down":
		return api.Actor{}, io.ErrUnexpectedEOF
	}
	return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The token is not valid.")
}

func (tokens) VerifyServiceKey(_ context.Context, key string) (string, []string, error) {
	switch key {
	case "good":
		return "order", []string{"internal:toy"}, nil
	case "narrow":
		return "order", []string{"internal:other"}, nil
	}
	return "", nil, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "The service key is not valid.")
}

type fixture struct {
	*toy
	api     *rest.API
	handler http.Handler
	log     *lockedBuffer
	clock   *time.Time
}

type lockedBuffer struct {
	mu sync.Mutex
	bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.Buffer.Write(p)
}

func (b *lockedBuffer) lines(t *testing.T) []map[string]any {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var lines []map[string]any
	for line := range strings.Lines(b.String()) {
		var m map[string]any
		if err := json.Unmarshal([]byte(line), &m); err != nil {
			t.Fatalf("log line %q: %v", line, err)
		}
		lines = append(lines, m)
	}
	return lines
}

func newFixture(t testing.TB, change ...func(*rest.Config)) *fixture {
	t.Helper()
	store := &keyStore{}
	now := toyNow
	f := &fixture{toy: &toy{store: store}, log: &lockedBuffer{}, clock: &now}
	config := rest.Config{
		Service: "toy", Title: "Toy", Version: "1.0.0",
		Authenticate: tokens{}, ServiceKeys: tokens{}, Idempotency: store,
		Codes: []api.Code{{Name: codeTotalChanged, Status: 409, Title: "The total has changed"}},
		Clock: clock.Func(func() time.Time { return now }),
		Log:   slog.New(slog.NewJSONHandler(f.log, nil)),
	}
	for _, c := range change {
		c(&config)
	}
	f.api = rest.NewAPI(config)
	registerToy(f.api, f.toy)
	f.handler = f.api.Handler()
	return f
}

func registerToy(a *rest.API, s toyService) {
	rest.Handle(a, getNote, s.Get)
	rest.Handle(a, listNotes, s.List)
	rest.Handle(a, createNote, s.Create)
	rest.Handle(a, updateNote, s.Update)
	rest.Handle(a, deleteNote, s.Delete)
	rest.Handle(a, uploadPic, s.Upload)
	rest.Handle(a, getPic, s.Picture)
	rest.Handle(a, takeHook, s.Hook)
	rest.Handle(a, whoAmI, s.Who)
	rest.Handle(a, failNote, s.Fail)
	rest.Handle(a, internalOp, s.Internal)
}

// do sends one request; headers are given as "Name: value".
func (f *fixture) do(method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	f.handler.ServeHTTP(w, r)
	return w
}

type problemDoc struct {
	api.Problem
	Total *api.Money `json:"total"`
}

func wantProblem(t testing.TB, w *httptest.ResponseRecorder, status int, code string) problemDoc {
	t.Helper()
	var p problemDoc
	if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil {
		t.Fatalf("status %d, body %q: %v", w.Code, w.Body, err)
	}
	if w.Code != status || p.Code != code || p.Status != status {
		t.Fatalf("got %d %s, want %d %s: %s", w.Code, p.Code, status, code, w.Body)
	}
	if got := w.Header().Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("Content-Type = %q", got)
	}
	if p.Type != "/docs/problems/"+code || p.Title == "" || p.Detail == "" {
		t.Errorf("incomplete problem: %s", w.Body)
	}
	if p.RequestID == "" || p.RequestID != w.Header().Get("Request-Id") {
		t.Errorf("request_id = %q, header %q", p.RequestID, w.Header().Get("Request-Id"))
	}
	if got := w.Header().Get("Cache-Control"); got != "no-store" {
		t.Errorf("Cache-Control = %q", got)
	}
	return p
}
