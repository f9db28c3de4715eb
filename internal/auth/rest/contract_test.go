package rest_test

import (
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/rest"
	"pasar/internal/platform/token"
)

// A sibling cannot tell whether the service runs in its process.
func TestSiblingContract(t *testing.T) {
	t.Parallel()
	t.Run("in process", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		s.client()
		siblingContract(t, s, s.server)
	})
	t.Run("over HTTP", func(t *testing.T) {
		t.Parallel()
		s := newStack(t)
		siblingContract(t, s, s.client())
	})
}

func siblingContract(t *testing.T, s *stack, service authapi.Service) {
	t.Helper()
	me, signedIn := s.customer("sari@example.com")
	ctx := t.Context()

	data, err := service.GetAccount(ctx, &authapi.GetAccountInput{ID: me.ID})
	if err != nil || *data != (authapi.AccountData{UserID: me.ID, Email: me.Email, Name: me.Name, Language: me.Language}) {
		t.Errorf("account: %+v, %v", data, err)
	}
	if _, err := service.GetAccount(ctx, &authapi.GetAccountInput{ID: api.NewID(api.PrefixUser)}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("nobody's account: %v", err)
	}

	in := &authapi.VerifyServiceKeyInput{}
	in.Body.Key = serviceKey
	info, err := service.VerifyServiceKey(ctx, in)
	if err != nil || info.Service != "order" || len(info.Scopes) != 1 {
		t.Errorf("service key: %+v, %v", info, err)
	}
	in.Body.Key = "psk_invented"
	if _, err := service.VerifyServiceKey(ctx, in); fault.KindOf(err) != fault.Unauthenticated || err == nil {
		t.Errorf("an invented service key: %v", err)
	}

	mail := &authapi.IssueMailTokenInput{}
	mail.Body.UserID, mail.Body.Purpose = me.ID, auth.PurposeVerifyEmail
	issued, err := service.IssueMailToken(ctx, mail)
	if err != nil || issued.Token == "" || issued.ExpiresAt.Before(s.clock.Now()) {
		t.Errorf("mail token: %v", err)
	}
	siblingKeys(t, s, service)
	before := s.clock.Now().Add(-time.Second)
	s.want(204, "POST", "/v1/auth/logout", "", signedIn)
	list, err := service.ListRevocations(ctx, &authapi.ListRevocationsInput{Since: before})
	if err != nil || len(list.Data) == 0 || list.Data[0].UserID != me.ID || list.Data[0].SessionID == "" {
		t.Fatalf("revocations: %+v, %v", list, err)
	}
	late := newTrust(service, token.NewDenyList(s.clock), s.clock)
	_, access, _ := strings.Cut(signedIn, "Bearer ")
	if _, err := late.Authenticate(ctx, access); err != nil {
		t.Fatalf("a process without the revocations: %v", err)
	}
	if err := late.seed(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := late.Authenticate(ctx, access); fault.KindOf(err) != fault.Unauthenticated || err == nil {
		t.Errorf("a revoked token after seeding: %v", err)
	}
}

func siblingKeys(t *testing.T, s *stack, service authapi.Service) {
	t.Helper()
	admin, err := s.heart.CreateAdmin(t.Context(), "admin@example.com", password)
	if err != nil {
		t.Fatal(err)
	}
	from := auth.Origin{Actor: api.Actor{Kind: api.ActorUser, ID: admin.ID, Permissions: []string{api.PermStockWrite}}}
	key, plain, err := s.heart.CreateKey(t.Context(), from, auth.NewKey{Name: "wms", Kind: auth.IntegrationKey, Scopes: []string{api.PermStockWrite}})
	if err != nil {
		t.Fatal(err)
	}
	trust := newTrust(service, token.NewDenyList(s.clock), s.clock)
	actor, err := trust.Authenticate(t.Context(), plain)
	if err != nil || actor.Kind != api.ActorKey || actor.ID != key.ID || !actor.Can(api.PermStockWrite) {
		t.Errorf("an API key: %+v, %v", actor, err)
	}
	if name, scopes, err := trust.VerifyServiceKey(t.Context(), serviceKey); err != nil || name != "order" || len(scopes) != 1 {
		t.Errorf("a service key: %s %v %v", name, scopes, err)
	}
	if _, _, err := trust.VerifyServiceKey(t.Context(), plain); fault.KindOf(err) != fault.Unauthenticated {
		t.Errorf("an integration key as service key: %v", err)
	}
}

func TestClientSpeaksForItsUser(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.register("sari@example.com")
	client := s.client()
	tokens := s.login("sari@example.com")
	me, err := client.GetMe(rest.WithBearer(t.Context(), tokens.AccessToken), &authapi.GetMeInput{})
	if err != nil || me.Email != "sari@example.com" {
		t.Fatalf("got %+v, %v", me, err)
	}
	in := &authapi.LoginInput{}
	in.Body.Email, in.Body.Password = "sari@example.com", "not the right one"
	if _, err := client.Login(t.Context(), in); !fault.HasCode(err, authapi.CodeCredentialsInvalid) {
		t.Errorf("the code of a refusal got lost: %v", err)
	}
}

// fill makes a path that a router takes.
var fill = strings.NewReplacer(
	"/sessions/{id}", "/sessions/"+api.NewID(api.PrefixSession), "{session_id}", api.NewID(api.PrefixSession),
	"/api-keys/{id}", "/api-keys/"+api.NewID(api.PrefixKey), "{id}", api.NewID(api.PrefixUser),
)

// Every operation that needs something is refused without it.
func TestEveryOperationIsGuarded(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	_, customer := s.customer("sari@example.com")
	if n := len(s.api.Operations()); n != 34 {
		t.Errorf("%d operations are served", n)
	}
	for _, op := range s.api.Operations() {
		path := fill.Replace(op.Path)
		switch op.Access {
		case "public":
			continue
		case "signed_in":
			if got := s.do(op.Method, path, "{}"); got.status != 401 {
				t.Errorf("%s without a token: %d", op.ID, got.status)
			}
		case "permission":
			if got := s.do(op.Method, path, "{}"); got.status != 401 {
				t.Errorf("%s without a token: %d", op.ID, got.status)
			}
			if got := s.do(op.Method, path, "{}", customer); got.status != 403 || got.code() != api.CodeForbidden {
				t.Errorf("%s as a customer: %d", op.ID, got.status)
			}
		case "internal":
			for name, headers := range map[string][]string{
				"without a key": nil, "as a customer": {customer}, "with an invented key": {"Service-Key: psk_invented-but-long-enough-to-be-one"},
			} {
				if got := s.do(op.Method, path, "{}", headers...); got.status != 401 {
					t.Errorf("%s %s: %d", op.ID, name, got.status)
				}
			}
		default:
			t.Errorf("%s says %q", op.ID, op.Access)
		}
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	long := strings.Repeat("x", 300)
	tests := []struct {
		name, path, body string
		status           int
		code, pointer    string
	}{
		{"no body", "/v1/auth/register", "", 400, api.CodeMalformed, ""},
		{"not JSON", "/v1/auth/register", "{", 400, api.CodeMalformed, "#"},
		{"wrong type", "/v1/auth/login", `{"email":1,"password":"x"}`, 422, api.CodeInvalid, "#/email"},
		{"unknown field", "/v1/auth/login", `{"email":"a@b.co","password":"x","pasword":"y"}`, 422, api.CodeUnknownParameter, "#/pasword"},
		{"no e-mail address", "/v1/auth/register", `{"email":"sari","password":"kopi tubruk jam lima","name":"Sari"}`, 422, api.CodeInvalid, "#/email"},
		{"address too long", "/v1/auth/register", `{"email":"` + long + `@example.com","password":"kopi tubruk jam lima","name":"Sari"}`, 422, api.CodeInvalid, "#/email"},
		{"line break in address", "/v1/auth/register", `{"email":"a@example.com\r\nBcc: b@example.com","password":"kopi tubruk jam lima","name":"Sari"}`, 422, api.CodeInvalid, "#/email"},
		{"control character in name", "/v1/auth/register", `{"email":"a@example.com","password":"kopi tubruk jam lima","name":"Sa\u0000ri"}`, 422, api.CodeInvalid, "#/name"},
		{"no name", "/v1/auth/register", `{"email":"a@example.com","password":"kopi tubruk jam lima"}`, 422, api.CodeInvalid, "#/name"},
		{"short password", "/v1/auth/register", `{"email":"a@example.com","password":"short","name":"Sari"}`, 422, api.CodeInvalid, "#/password"},
		{"common password", "/v1/auth/register", `{"email":"a@example.com","password":"password123","name":"Sari"}`, 422, authapi.CodePasswordWeak, "#/password"},
		{"long password", "/v1/auth/register", `{"email":"a@example.com","password":"` + long + `","name":"Sari"}`, 422, api.CodeInvalid, "#/password"},
		{"unknown language", "/v1/auth/register", `{"email":"a@example.com","password":"kopi tubruk jam lima","name":"Sari","language":"xx"}`, 422, api.CodeInvalid, "#/language"},
		{"unknown query", "/v1/auth/login?admin=1", `{"email":"a@b.co","password":"x"}`, 422, api.CodeUnknownParameter, "query.admin"},
		{"forged refresh token", "/v1/auth/refresh", `{"refresh_token":"prt_invented"}`, 401, authapi.CodeRefreshInvalid, ""},
		{"invented mail token", "/v1/auth/verify-email", `{"token":"pmt_invented"}`, 422, authapi.CodeMailTokenInvalid, "#/token"},
		{"invented setup token", "/v1/auth/first-admin", `{"token":"x","email":"a@example.com","password":"kopi tubruk jam lima","name":"A"}`, 403, authapi.CodeSetupTokenInvalid, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := s.do("POST", test.path, test.body)
			if got.status != test.status || got.code() != test.code || got.pointer() != test.pointer {
				t.Errorf("%d %s at %q, want %d %s at %q: %s", got.status, got.code(), got.pointer(), test.status, test.code, test.pointer, got.body)
			}
			if strings.Contains(string(got.body), "kopi tubruk") || strings.Contains(string(got.body), "password123") {
				t.Errorf("the answer repeats a password: %s", got.body)
			}
		})
	}
}

func TestBadInputOfStaff(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	me, _ := s.customer("sari@example.com")
	admin := s.admin()
	match := `If-Match: "1"`
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		code               string
	}{
		"id of another kind":        {"GET", "/v1/users/" + api.NewID(api.PrefixOrder) + "/account", "", 404, api.CodeWrongIDType},
		"id that is none":           {"GET", "/v1/users/1/account", "", 404, api.CodeNotFound},
		"nobody":                    {"GET", "/v1/users/" + api.NewID(api.PrefixUser) + "/account", "", 404, api.CodeNotFound},
		"unknown role":              {"PUT", "/v1/users/" + me.ID + "/roles", `{"roles":["emperor"]}`, 422, authapi.CodeRoleUnknown},
		"roles twice":               {"PUT", "/v1/users/" + me.ID + "/roles", `{"roles":["support","support"]}`, 422, api.CodeInvalid},
		"disable without why":       {"POST", "/v1/users/" + me.ID + "/disable", `{}`, 422, api.CodeInvalid},
		"key without scopes":        {"POST", "/v1/api-keys", `{"name":"crm","scopes":[]}`, 422, api.CodeInvalid},
		"key of unknown scope":      {"POST", "/v1/api-keys", `{"name":"crm","scopes":["moon:fly"]}`, 422, authapi.CodeScopeUnknown},
		"key with a bad name":       {"POST", "/v1/api-keys", `{"name":"C R M","scopes":["user:read"]}`, 422, api.CodeInvalid},
		"key that lives long":       {"POST", "/v1/api-keys", `{"name":"crm","scopes":["user:read"],"expires_at":"2100-01-01T00:00:00Z"}`, 422, api.CodeInvalid},
		"unknown key":               {"DELETE", "/v1/api-keys/" + api.NewID(api.PrefixKey), "", 404, api.CodeNotFound},
		"limit of zero":             {"GET", "/v1/audit?limit=0", "", 422, api.CodeInvalid},
		"limit too high":            {"GET", "/v1/audit?limit=101", "", 422, api.CodeInvalid},
		"sessions of nobody":        {"DELETE", "/v1/users/" + api.NewID(api.PrefixUser) + "/sessions", "", 404, api.CodeNotFound},
		"list of nobody's sessions": {"GET", "/v1/users/" + api.NewID(api.PrefixUser) + "/sessions", "", 404, api.CodeNotFound},
		"method not allowed":        {"PUT", "/v1/api-keys", "{}", 405, api.CodeMethodNotAllowed},
		"path that is not there":    {"GET", "/v1/auth/secrets", "", 404, api.CodeNotFound},
	} {
		if got := s.do(test.method, test.path, test.body, admin, match); got.status != test.status || got.code() != test.code {
			t.Errorf("%s: %d %s, want %d %s: %s", name, got.status, got.code(), test.status, test.code, got.body)
		}
	}
	if got := s.do("PUT", "/v1/users/"+me.ID+"/roles", `{"roles":[]}`, "Authorization: Bearer forged", match); got.status != 401 {
		t.Errorf("a forged token: %d", got.status)
	}
	other := s.do("DELETE", "/v1/users/"+me.ID+"/roles", "", admin)
	if other.status != 405 {
		t.Errorf("DELETE of roles: %d", other.status)
	}
}
