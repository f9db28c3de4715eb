package rest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"
	"testing"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/userapi"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/secret"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/user"
	"pasar/internal/user/pictures"
	userrest "pasar/internal/user/rest"
	"pasar/internal/user/store"
)

// people are bearers: who they are and what they may do.
type people map[string]api.Actor

func (p people) Authenticate(_ context.Context, bearer string) (api.Actor, error) {
	if actor, ok := p[bearer]; ok {
		return actor, nil
	}
	return api.Actor{}, fault.New(fault.Unauthenticated, api.CodeUnauthenticated, "no such token")
}

// accounts is the auth service as far as profiles need it.
type accounts map[string]authapi.AccountData

func (a accounts) GetAccount(_ context.Context, in *authapi.GetAccountInput) (*authapi.AccountData, error) {
	if account, ok := a[in.ID]; ok {
		return &account, nil
	}
	return nil, fault.New(fault.NotFound, api.CodeNotFound, "There is no such user.")
}

type anyKey struct{}

func (anyKey) VerifyServiceKey(context.Context, string) (string, []string, error) {
	return "user", []string{api.ScopeAuthInternal}, nil
}

// overHTTP serves an auth service that knows accounts and returns its client.
func (a accounts) overHTTP(t *testing.T, who people) user.Accounts {
	t.Helper()
	served := rest.NewAPI(rest.Config{Service: "auth", Title: "Auth", Version: "test", Authenticate: who, ServiceKeys: anyKey{}, Codes: authapi.Codes})
	rest.Handle(served, authapi.GetAccount, a.GetAccount)
	server := httptest.NewServer(served.Handler())
	t.Cleanup(server.Close)
	return authapi.NewClient(&rest.Caller{Service: "auth", BaseURL: server.URL, ServiceKey: secret.New("psk_test")})
}

type stack struct {
	t      *testing.T
	api    *rest.API
	server *userrest.Server
	url    string
	people people
}

func newStack(t *testing.T, auth user.Accounts, who people) *stack {
	t.Helper()
	files, err := media.NewDirectory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	log := slog.New(slog.NewTextHandler(t.Output(), nil))
	db := sqldbtest.Open(t, sqldb.Options{URL: sqldbtest.SQLiteURL(t), Name: "user", Migrations: store.Migrations()})
	heart := user.New(user.Deps{
		Store: store.New(db), Accounts: auth, Files: files, Opener: pictures.NewOpener(files), Painter: pictures.NewPainter(),
		Clock: clock.System{}, Log: log,
	})
	s := &stack{t: t, server: userrest.New(heart), people: who}
	s.api = rest.NewAPI(rest.Config{
		Service: "user", Title: "User", Version: "test", Authenticate: who, Idempotency: db, Codes: userapi.Codes, Log: log,
	})
	userapi.Register(s.api, s.server)
	server := httptest.NewServer(s.api.Handler())
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

var (
	sari  = api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser)}
	budi  = api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser)}
	staff = api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser), Permissions: []string{api.PermUserRead}}
	key   = api.Actor{Kind: api.ActorKey, ID: api.NewID(api.PrefixKey), Permissions: []string{api.PermUserRead}}
)

func everybody() (accounts, people) {
	known := accounts{}
	for name, actor := range map[string]api.Actor{"sari": sari, "budi": budi, "staff": staff} {
		known[actor.ID] = authapi.AccountData{UserID: actor.ID, Email: name + "@example.com", Name: strings.ToUpper(name[:1]) + name[1:], Language: "id"}
	}
	return known, people{"sari": sari, "budi": budi, "staff": staff, "key": key}
}

func small(t *testing.T) *stack {
	t.Helper()
	known, who := everybody()
	return newStack(t, known, who)
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

func (a answer) problem() api.Problem {
	var problem api.Problem
	_ = json.Unmarshal(a.body, &problem) // a body that is no problem has no code
	return problem
}

func decode[T any](t *testing.T, a answer) T {
	t.Helper()
	var value T
	if err := json.Unmarshal(a.body, &value); err != nil {
		t.Fatalf("%d %s: %v", a.status, a.body, err)
	}
	return value
}

// do sends a request as somebody, "" for nobody; headers are "Name: value".
func (s *stack) do(who, method, path, body string, headers ...string) answer {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	switch {
	case body != "" && method == http.MethodPatch:
		request.Header.Set("Content-Type", "application/merge-patch+json")
	case body != "":
		request.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		request.Header.Set("Authorization", "Bearer "+who)
	}
	for _, header := range headers {
		name, value, _ := strings.Cut(header, ": ")
		request.Header.Set(name, value)
	}
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{response.StatusCode, response.Header, read}
}

func (s *stack) want(status int, who, method, path, body string, headers ...string) answer {
	s.t.Helper()
	got := s.do(who, method, path, body, headers...)
	if got.status != status {
		s.t.Fatalf("%s %s as %q: %d %s, want %d", method, path, who, got.status, got.body, status)
	}
	return got
}

func match(a answer) string { return "If-Match: " + a.header.Get("Etag") }

const homeJSON = `{"label":"Rumah","recipient":"Sari Dewi","phone":"0812-3456-7890","line1":"Jl. Malioboro 12","district":"Danurejan","city":"Yogyakarta","province":"DI Yogyakarta","postal_code":"55213"}`

func TestProfileOverHTTP(t *testing.T) {
	t.Parallel()
	for name, overHTTP := range map[string]bool{"auth in process": false, "auth over HTTP": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			known, who := everybody()
			who["ghost"] = api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser)}
			var auth user.Accounts = known
			if overHTTP {
				auth = known.overHTTP(t, who)
			}
			s := newStack(t, auth, who)
			got := s.want(200, "sari", "GET", "/v1/users/me", "")
			me := decode[userapi.Profile](t, got)
			if me.ID != sari.ID || me.Email != "sari@example.com" || me.Currency != "IDR" || got.header.Get("Etag") != `"1"` {
				t.Fatalf("got %+v", me)
			}
			s.want(304, "sari", "GET", "/v1/users/me", "", "If-None-Match: "+got.header.Get("Etag"))
			s.want(404, "ghost", "GET", "/v1/users/me", "")
			patch := `{"name":"Sari Dewi","phone":"081234567890","language":"en","marketing_opt_in":true}`
			s.want(428, "sari", "PATCH", "/v1/users/me", patch)
			changed := s.want(200, "sari", "PATCH", "/v1/users/me", patch, match(got))
			if me := decode[userapi.Profile](t, changed); me.Phone != "+6281234567890" || me.Name != "Sari Dewi" || me.Language != "en" || !me.MarketingOptIn {
				t.Errorf("got %+v", me)
			}
			s.want(412, "sari", "PATCH", "/v1/users/me", patch, match(got))
			removed := s.want(200, "sari", "PATCH", "/v1/users/me", `{"phone":null}`, match(changed))
			if strings.Contains(string(removed.body), "phone") {
				t.Errorf("null did not remove the phone: %s", removed.body)
			}
		})
	}
}

func TestAddressesOverHTTP(t *testing.T) {
	t.Parallel()
	s := small(t)
	made := s.want(201, "sari", "POST", "/v1/users/me/addresses", homeJSON)
	first := decode[userapi.Address](t, made)
	if made.header.Get("Location") != "/v1/users/me/addresses/"+first.ID || first.Country != "ID" || !first.DefaultShipping {
		t.Fatalf("%s at %s", made.body, made.header.Get("Location"))
	}
	path := "/v1/users/me/addresses/" + first.ID
	s.want(201, "sari", "POST", "/v1/users/me/addresses", strings.Replace(homeJSON, `"label":"Rumah"`, `"default_billing":true`, 1))
	read := s.want(200, "sari", "GET", path, "")
	s.want(428, "sari", "PATCH", path, `{"city":"Sleman"}`)
	s.want(412, "sari", "PATCH", path, `{"city":"Sleman"}`, match(made))
	changed := decode[userapi.Address](t, s.want(200, "sari", "PATCH", path, `{"city":"Sleman","label":null}`, match(read)))
	if changed.City != "Sleman" || changed.Label != "" || changed.DefaultBilling {
		t.Errorf("got %+v", changed)
	}
	list := decode[userapi.AddressList](t, s.want(200, "sari", "GET", "/v1/users/me/addresses?limit=1", ""))
	if len(list.Data) != 1 || !list.Page.HasMore {
		t.Fatalf("got %+v", list)
	}
	rest := decode[userapi.AddressList](t, s.want(200, "sari", "GET", "/v1/users/me/addresses?limit=1&cursor="+url.QueryEscape(list.Page.NextCursor), ""))
	if len(rest.Data) != 1 || rest.Page.HasMore || rest.Data[0].ID != first.ID {
		t.Errorf("got %+v", rest)
	}
	if seen := decode[userapi.AddressList](t, s.want(200, "staff", "GET", "/v1/users/"+sari.ID+"/addresses", "")); len(seen.Data) != 2 {
		t.Errorf("staff see %d", len(seen.Data))
	}
	for _, who := range []string{"budi", "staff"} {
		s.want(404, who, "GET", path, "")
		s.want(404, who, "PATCH", path, `{"city":"Solo"}`, `If-Match: "3"`)
		s.want(404, who, "DELETE", path, "")
	}
	s.want(204, "sari", "DELETE", path, "")
	s.want(404, "sari", "GET", path, "")
}

func picture(t *testing.T) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, image.NewRGBA(image.Rect(0, 0, 60, 40))); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestAvatarOverHTTP(t *testing.T) {
	t.Parallel()
	s := small(t)
	set := s.want(200, "sari", "PUT", "/v1/users/me/avatar", string(picture(t)), "Content-Type: image/png")
	me := decode[userapi.Profile](t, set)
	if me.Avatar == nil {
		t.Fatalf("got %s", set.body)
	}
	shown := s.want(200, "", "GET", me.Avatar.Small, "")
	if shown.header.Get("Content-Type") != "image/png" || !strings.Contains(shown.header.Get("Cache-Control"), "immutable") || shown.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", shown.header)
	}
	size, err := png.DecodeConfig(bytes.NewReader(shown.body))
	if err != nil || size.Width != 96 || size.Height != 96 {
		t.Errorf("%d × %d, %v", size.Width, size.Height, err)
	}
	s.want(304, "", "GET", me.Avatar.Small, "", "If-None-Match: "+shown.header.Get("Etag"))

	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="../../x.png"`}, "Content-Type": {"image/png"}})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(picture(t)); err != nil {
		t.Fatal(err)
	}
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	s.want(200, "sari", "PUT", "/v1/users/me/avatar", form.String(), "Content-Type: "+writer.FormDataContentType())
	s.want(404, "", "GET", me.Avatar.Small, "")
	if got := s.do("sari", "PUT", "/v1/users/me/avatar", "<svg/>", "Content-Type: image/svg+xml"); got.status != 415 {
		t.Errorf("SVG: %d %s", got.status, got.body)
	}
	if got := s.do("sari", "PUT", "/v1/users/me/avatar", "<svg/>", "Content-Type: image/png"); got.status != 422 || got.problem().Code != userapi.CodePictureInvalid {
		t.Errorf("SVG that says PNG: %d %s", got.status, got.body)
	}
	if got := s.do("sari", "PUT", "/v1/users/me/avatar", strings.Repeat("x", 6<<20), "Content-Type: image/png"); got.status != 413 {
		t.Errorf("6 MiB: %d", got.status)
	}
	s.want(204, "sari", "DELETE", "/v1/users/me/avatar", "")
}

func TestStaffFindsUsers(t *testing.T) {
	t.Parallel()
	s := small(t)
	for _, who := range []string{"sari", "budi", "staff"} {
		s.want(200, who, "GET", "/v1/users/me", "")
	}
	list := decode[userapi.UserList](t, s.want(200, "staff", "GET", "/v1/users?q=sar", ""))
	if len(list.Data) != 1 || list.Data[0].ID != sari.ID {
		t.Fatalf("got %+v", list)
	}
	var seen []string
	path := "/v1/users?limit=1"
	for path != "" {
		page := decode[userapi.UserList](t, s.want(200, "key", "GET", path, ""))
		for _, p := range page.Data {
			seen = append(seen, p.ID)
		}
		path = ""
		if page.Page.HasMore {
			path = "/v1/users?limit=1&cursor=" + url.QueryEscape(page.Page.NextCursor)
		}
	}
	if len(seen) != 3 {
		t.Errorf("pages hold %v", seen)
	}
	s.want(200, "staff", "GET", "/v1/users/"+budi.ID, "")
	s.want(404, "staff", "GET", "/v1/users/"+api.NewID(api.PrefixUser), "")
	for _, query := range []string{"status=bad", "created_after=yesterday", "cursor=x", "limit=1000", "sort=name", "q=" + strings.Repeat("x", 200)} {
		if got := s.do("staff", "GET", "/v1/users?"+query, ""); got.status != 422 {
			t.Errorf("%s: %d %s", query, got.status, got.body)
		}
	}
}

func TestExportAndEraseOverHTTP(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.want(201, "sari", "POST", "/v1/users/me/addresses", homeJSON)
	export := decode[userapi.Export](t, s.want(200, "sari", "GET", "/v1/users/me/export", ""))
	if export.Profile.Email != "sari@example.com" || len(export.Addresses) != 1 {
		t.Fatalf("got %+v", export)
	}
	s.want(428, "sari", "DELETE", "/v1/users/me", "")
	s.want(204, "sari", "DELETE", "/v1/users/me", "", match(s.want(200, "sari", "GET", "/v1/users/me", "")))
	if got := s.do("sari", "GET", "/v1/users/me", ""); got.status != 410 || got.problem().Code != userapi.CodeErased {
		t.Errorf("afterwards: %d %s", got.status, got.body)
	}
}

var fill = strings.NewReplacer(
	"/addresses/{id}", "/addresses/"+api.NewID(api.PrefixAddress), "{id}", api.NewID(api.PrefixUser), "{name}", strings.Repeat("a", 32)+"-96.png",
)

// Everything but the bytes of a picture needs somebody, and what is not one's
// own needs staff.
func TestEveryOperationIsGuarded(t *testing.T) {
	t.Parallel()
	s := small(t)
	if n := len(s.api.Operations()); n != 15 {
		t.Errorf("%d operations are served", n)
	}
	for _, op := range s.api.Operations() {
		path := fill.Replace(op.Path)
		if op.Access == "public" {
			if op.ID != "get-avatar" {
				t.Errorf("%s is public", op.ID)
			}
			continue
		}
		if got := s.do("", op.Method, path, "{}"); got.status != 401 {
			t.Errorf("%s as nobody: %d", op.ID, got.status)
		}
		if got := s.do("forged", op.Method, path, "{}"); got.status != 401 {
			t.Errorf("%s with a forged token: %d", op.ID, got.status)
		}
		if op.Access == "permission" {
			if got := s.do("sari", op.Method, path, ""); got.status != 403 {
				t.Errorf("%s as a customer: %d", op.ID, got.status)
			}
			continue
		}
		if got := s.do("key", op.Method, path, bodyOf(op), headersOf(op)...); got.status != 403 {
			t.Errorf("%s as an API key: %d %s", op.ID, got.status, got.body)
		}
	}
}

func bodyOf(op rest.Info) string {
	switch op.ID {
	case "add-address":
		return homeJSON
	case "update-profile", "update-address":
		return "{}"
	case "set-avatar":
		return "x"
	}
	return ""
}

func headersOf(op rest.Info) []string {
	headers := []string{`If-Match: "1"`}
	if op.ID == "set-avatar" {
		headers = append(headers, "Content-Type: image/png")
	}
	return headers
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := small(t)
	s.want(200, "sari", "GET", "/v1/users/me", "")
	with := func(field, value string) string {
		var address map[string]any
		if err := json.Unmarshal([]byte(homeJSON), &address); err != nil {
			t.Fatal(err)
		}
		var v any
		if err := json.Unmarshal([]byte(value), &v); err != nil {
			t.Fatal(err)
		}
		address[field] = v
		encoded, err := json.Marshal(address)
		if err != nil {
			t.Fatal(err)
		}
		return string(encoded)
	}
	const addresses = "/v1/users/me/addresses"
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code, pointer      string
	}{
		"unknown field":        {"POST", addresses, with("postcode", `"1"`), 422, api.CodeUnknownParameter, "#/postcode"},
		"server's field":       {"POST", addresses, with("version", `7`), 422, api.CodeUnknownParameter, "#/version"},
		"somebody else's":      {"POST", addresses, with("user_id", `"usr_x"`), 422, api.CodeUnknownParameter, "#/user_id"},
		"wrong type":           {"POST", addresses, with("city", `1`), 422, api.CodeInvalid, "#/city"},
		"too long":             {"POST", addresses, with("city", `"`+strings.Repeat("x", 101)+`"`), 422, api.CodeInvalid, "#/city"},
		"control character":    {"POST", addresses, with("line1", `"Jl.\u0007 1"`), 422, api.CodeInvalid, "#/line1"},
		"blank":                {"POST", addresses, with("line1", `"   "`), 422, api.CodeInvalid, "#/line1"},
		"phone of words":       {"POST", addresses, with("phone", `"call me"`), 422, api.CodeInvalid, "#/phone"},
		"phone too short":      {"POST", addresses, with("phone", `"08123"`), 422, userapi.CodePhoneInvalid, "#/phone"},
		"postal code":          {"POST", addresses, with("postal_code", `"123"`), 422, userapi.CodePostalCodeInvalid, "#/postal_code"},
		"country":              {"POST", addresses, with("country", `"QX"`), 422, userapi.CodeCountryUnknown, "#/country"},
		"country in words":     {"POST", addresses, with("country", `"Indonesia"`), 422, api.CodeInvalid, "#/country"},
		"id of another kind":   {"GET", addresses + "/" + api.NewID(api.PrefixOrder), "", 404, api.CodeWrongIDType, "path.id"},
		"currency":             {"PATCH", "/v1/users/me", `{"currency":"XTS"}`, 422, userapi.CodeCurrencyUnknown, "#/currency"},
		"language":             {"PATCH", "/v1/users/me", `{"language":"nl"}`, 422, api.CodeInvalid, "#/language"},
		"e-mail is auth's":     {"PATCH", "/v1/users/me", `{"email":"x@example.com"}`, 422, api.CodeUnknownParameter, "#/email"},
		"status is the shop's": {"PATCH", "/v1/users/me", `{"status":"erased"}`, 422, api.CodeUnknownParameter, "#/status"},
		"avatar by address":    {"PATCH", "/v1/users/me", `{"avatar":{"small":"http://169.254.169.254/"}}`, 422, api.CodeUnknownParameter, "#/avatar"},
	} {
		got := s.do("sari", test.method, test.path, test.body, `If-Match: "1"`)
		pointer := ""
		if fields := got.problem().Errors; len(fields) > 0 {
			pointer = fields[0].Pointer
		}
		if got.status != test.status || got.problem().Code != test.code || pointer != test.pointer {
			t.Errorf("%s: %d %s at %q, want %d %s at %q", name, got.status, got.problem().Code, pointer, test.status, test.code, test.pointer)
		}
	}
	if got := s.want(200, "sari", "GET", "/v1/users/me", ""); got.header.Get("Etag") != `"1"` {
		t.Errorf("bad input changed the profile: %s", got.body)
	}
}

// The client and the implementation answer alike.
func TestContract(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		s := small(t)
		contract(t, rest.WithActor(t.Context(), sari), s.server)
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		s := small(t)
		contract(t, rest.WithBearer(t.Context(), "sari"), userapi.NewClient(&rest.Caller{Service: "user", BaseURL: s.url}))
	})
}

func contract(t *testing.T, ctx context.Context, service userapi.Service) { //nolint:revive // the caller's way to say who it is
	t.Helper()
	me, err := service.GetProfile(ctx, &userapi.GetProfileInput{})
	if err != nil || me.ID != sari.ID {
		t.Fatalf("profile: %+v, %v", me, err)
	}
	in := &userapi.AddAddressInput{}
	if err := json.Unmarshal([]byte(homeJSON), &in.Body); err != nil {
		t.Fatal(err)
	}
	a, err := service.AddAddress(ctx, in)
	if err != nil || a.Phone != "+6281234567890" || a.Country != "ID" {
		t.Fatalf("address: %+v, %v", a, err)
	}
	update := &userapi.UpdateAddressInput{ID: a.ID, IfMatch: rest.MatchVersion(a.Version)}
	update.Body.Line2 = rest.Set("Lantai 2")
	changed, err := service.UpdateAddress(ctx, update)
	if err != nil || changed.Line2 != "Lantai 2" || changed.Version != a.Version+1 {
		t.Errorf("update: %+v, %v", changed, err)
	}
	if _, err := service.UpdateAddress(ctx, update); fault.KindOf(err) != fault.PreconditionFailed {
		t.Errorf("stale update: %v", err)
	}
	list, err := service.ListAddresses(ctx, &userapi.ListAddressesInput{})
	if err != nil || len(list.Data) != 1 || list.Data[0] != *changed {
		t.Errorf("list: %+v, %v", list, err)
	}
	shown, err := service.SetAvatar(ctx, &userapi.SetAvatarInput{RawBody: picture(t)})
	if err != nil || shown.Avatar == nil {
		t.Errorf("avatar: %+v, %v", shown, err)
	}
	if _, err := service.GetAddress(ctx, &userapi.GetAddressInput{ID: api.NewID(api.PrefixAddress)}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no address: %v", err)
	}
	if _, err := service.RemoveAddress(ctx, &userapi.RemoveAddressInput{ID: a.ID}); err != nil {
		t.Errorf("remove: %v", err)
	}
}
