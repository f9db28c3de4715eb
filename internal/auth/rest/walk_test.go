package rest_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/auth"
)

func TestWalk(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	got := s.want(201, "POST", "/v1/auth/register", `{"email":"Sari@Example.com","password":"kopi tubruk jam lima","name":"Sari Dewi"}`)
	if string(got.body) != `{"status":"registered","email":"sari@example.com"}` {
		t.Fatalf("register: %s", got.body)
	}
	tokens := s.login("sari@example.com")
	if tokens.TokenType != "Bearer" || tokens.ExpiresIn != 900 || tokens.AccessToken == "" || tokens.RefreshToken == "" {
		t.Fatalf("login: %+v", tokens)
	}
	me := decode[authapi.Account](t, s.want(200, "GET", "/v1/auth/me", "", bearer(tokens)))
	if me.Email != "sari@example.com" || me.Name != "Sari Dewi" || me.Language != "id" || len(me.Roles) != 1 || me.Permissions == nil {
		t.Fatalf("me: %+v", me)
	}
	again := decode[authapi.Tokens](t, s.want(200, "POST", "/v1/auth/refresh", encode(map[string]string{"refresh_token": tokens.RefreshToken})))
	s.want(204, "POST", "/v1/auth/logout", "", bearer(again))
	for _, ended := range []authapi.Tokens{tokens, again} {
		if got := s.do("GET", "/v1/auth/me", "", bearer(ended)); got.status != 401 || !strings.Contains(got.header.Get("Www-Authenticate"), "invalid_token") {
			t.Errorf("after logout: %d %s", got.status, got.header)
		}
	}
	if got := s.do("POST", "/v1/auth/refresh", encode(map[string]string{"refresh_token": again.RefreshToken})); got.status != 401 || got.code() != authapi.CodeRefreshInvalid {
		t.Errorf("refresh after logout: %d %s", got.status, got.body)
	}
}

func TestRegisterAnswersKnownAndUnknownAlike(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	body := func(name string) string {
		return encode(map[string]string{"email": "sari@example.com", "password": "quite another phrase", "name": name})
	}
	first := s.want(201, "POST", "/v1/auth/register", body("Sari"))
	second := s.want(201, "POST", "/v1/auth/register", body("Budi"))
	if string(first.body) != string(second.body) {
		t.Errorf("%s and %s", first.body, second.body)
	}
	for name := range first.header {
		if name != "Request-Id" && name != "Date" && first.header.Get(name) != second.header.Get(name) {
			t.Errorf("header %s: %q and %q", name, first.header.Get(name), second.header.Get(name))
		}
	}
	for _, path := range []string{"/v1/auth/password/forgot", "/v1/auth/verify-email/request"} {
		known := s.want(202, "POST", path, `{"email":"sari@example.com"}`)
		unknown := s.want(202, "POST", path, `{"email":"nobody@example.com"}`)
		if string(known.body) != string(unknown.body) {
			t.Errorf("%s: %s and %s", path, known.body, unknown.body)
		}
	}
	wrong := s.want(401, "POST", "/v1/auth/login", credentials("sari@example.com", "not the right one"))
	none := s.want(401, "POST", "/v1/auth/login", credentials("nobody@example.com", "not the right one"))
	strip := func(a answer) string { return strings.ReplaceAll(string(a.body), a.header.Get("Request-Id"), "") }
	if strip(wrong) != strip(none) {
		t.Errorf("%s and %s", wrong.body, none.body)
	}
}

func TestVerifyAndResetOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	me, _ := s.customer("sari@example.com")
	verify, err := s.heart.IssueMailToken(t.Context(), me.ID, auth.PurposeVerifyEmail)
	if err != nil {
		t.Fatal(err)
	}
	token := encode(map[string]string{"token": verify.Secret})
	s.want(204, "POST", "/v1/auth/verify-email", token)
	if got := s.do("POST", "/v1/auth/verify-email", token); got.status != 422 || got.code() != authapi.CodeMailTokenInvalid || got.pointer() != "#/token" {
		t.Errorf("the second use: %d %s", got.status, got.body)
	}
	reset, err := s.heart.IssueMailToken(t.Context(), me.ID, auth.PurposeResetPassword)
	if err != nil {
		t.Fatal(err)
	}
	fresh := encode(map[string]string{"token": reset.Secret, "password": "a whole new phrase"})
	s.want(204, "POST", "/v1/auth/password/reset", fresh)
	if got := s.do("POST", "/v1/auth/password/reset", fresh); got.code() != authapi.CodeMailTokenInvalid {
		t.Errorf("the second use: %d %s", got.status, got.body)
	}
	s.want(200, "POST", "/v1/auth/login", credentials("sari@example.com", "a whole new phrase"))
}

func TestSessionsOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	me, here := s.customer("sari@example.com")
	for range 4 {
		s.login("sari@example.com")
	}
	var ids []string
	path := "/v1/auth/sessions?limit=2"
	for path != "" {
		list := decode[authapi.SessionList](t, s.want(200, "GET", path, "", here))
		for _, session := range list.Data {
			ids = append(ids, session.ID)
			if session.IP != "203.0.113.7" || session.UserAgent == "" {
				t.Errorf("session %+v", session)
			}
		}
		path = ""
		if list.Page.HasMore {
			path = "/v1/auth/sessions?limit=2&cursor=" + url.QueryEscape(list.Page.NextCursor)
		}
	}
	if len(ids) != 5 {
		t.Fatalf("%d sessions were listed, want 5", len(ids))
	}
	if got := s.do("GET", "/v1/auth/sessions?cursor=broken", "", here); got.status != 422 || got.pointer() != "query.cursor" {
		t.Errorf("a broken cursor: %d %s", got.status, got.body)
	}
	s.want(204, "DELETE", "/v1/auth/sessions/"+ids[0], "", here)
	s.want(404, "DELETE", "/v1/auth/sessions/"+ids[0], "", here)
	_, stranger := s.customer("budi@example.com")
	s.want(404, "DELETE", "/v1/auth/sessions/"+ids[1], "", stranger)
	admin := s.admin()
	if list := decode[authapi.SessionList](t, s.want(200, "GET", "/v1/users/"+me.ID+"/sessions", "", admin)); len(list.Data) != 4 {
		t.Errorf("staff see %d sessions, want 4", len(list.Data))
	}
	s.want(204, "DELETE", "/v1/users/"+me.ID+"/sessions/"+ids[1], "", admin)
	s.want(204, "DELETE", "/v1/users/"+me.ID+"/sessions", "", admin)
	s.want(401, "GET", "/v1/auth/me", "", here)
	s.want(204, "DELETE", "/v1/auth/sessions", "", stranger)
	s.want(401, "GET", "/v1/auth/me", "", stranger)
}

func TestRolesOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	me, token := s.customer("sari@example.com")
	admin := s.admin()
	got := s.want(200, "GET", "/v1/users/"+me.ID+"/account", "", admin)
	roles := `{"roles":["finance","support"]}`
	path := "/v1/users/" + me.ID + "/roles"
	s.want(428, "PUT", path, roles, admin)
	s.want(412, "PUT", path, roles, admin, `If-Match: "99"`)
	changed := s.want(200, "PUT", path, roles, admin, "If-Match: "+got.header.Get("Etag"))
	if changed.header.Get("Etag") == got.header.Get("Etag") {
		t.Error("the ETag did not change")
	}
	s.want(412, "PUT", path, roles, admin, "If-Match: "+got.header.Get("Etag"))
	s.want(401, "GET", "/v1/auth/me", "", token)
	staff := bearer(s.login("sari@example.com"))
	s.want(200, "GET", path[:len(path)-len("roles")]+"account", "", staff)
	if got := s.do("PUT", path, roles, staff, changedMatch(changed)); got.status != 403 {
		t.Errorf("staff without role:manage: %d", got.status)
	}
	list := decode[authapi.RoleList](t, s.want(200, "GET", "/v1/roles", "", admin))
	if len(list.Data) != 6 {
		t.Errorf("%d roles", len(list.Data))
	}
	s.want(200, "POST", "/v1/users/"+me.ID+"/disable", `{"reason":"fraud"}`, admin)
	s.want(401, "GET", "/v1/auth/me", "", staff)
	s.want(200, "POST", "/v1/users/"+me.ID+"/enable", "", admin)
}

func changedMatch(a answer) string { return "If-Match: " + a.header.Get("Etag") }

func TestAPIKeyIsABearer(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	admin := s.admin()
	made := s.want(201, "POST", "/v1/api-keys", `{"name":"crm","scopes":["user:read"]}`, admin)
	key := decode[authapi.NewKey](t, made)
	if made.header.Get("Location") != "/v1/api-keys/"+key.ID || !strings.HasPrefix(key.Secret, "pak_") {
		t.Fatalf("made %s at %s", made.body, made.header.Get("Location"))
	}
	customer, _ := s.customer("sari@example.com")
	use := "Authorization: Bearer " + key.Secret
	s.want(200, "GET", "/v1/users/"+customer.ID+"/account", "", use)
	s.want(403, "GET", "/v1/audit", "", use)
	s.want(403, "GET", "/v1/auth/me", "", use)
	listed := s.want(200, "GET", "/v1/api-keys", "", admin)
	if strings.Contains(string(listed.body), key.Secret) || !strings.Contains(string(listed.body), key.ID) {
		t.Errorf("the list is %s", listed.body)
	}
	s.want(204, "DELETE", "/v1/api-keys/"+key.ID, "", admin)
	s.want(401, "GET", "/v1/users/"+customer.ID+"/account", "", use)
}

func TestAuditOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	me, _ := s.customer("sari@example.com")
	s.want(401, "POST", "/v1/auth/login", credentials("sari@example.com", "not the right one"))
	admin := s.admin()
	list := decode[authapi.AuditList](t, s.want(200, "GET", "/v1/audit?limit=1&subject="+me.ID, "", admin))
	if len(list.Data) != 1 || list.Data[0].Action != "login_failed" || list.Data[0].Details["email"] != "s***@e***.com" || !list.Page.HasMore {
		t.Fatalf("got %+v", list)
	}
	next := decode[authapi.AuditList](t, s.want(200, "GET", "/v1/audit?limit=5&subject="+me.ID+"&cursor="+url.QueryEscape(list.Page.NextCursor), "", admin))
	if len(next.Data) != 2 || next.Data[0].Action != "login" || next.Data[1].Action != "registered" {
		t.Fatalf("got %+v", next)
	}
	if _, err := s.heart.SealAudit(t.Context(), 100); err != nil {
		t.Fatal(err)
	}
	if check := decode[authapi.AuditCheck](t, s.want(200, "GET", "/v1/audit/integrity", "", admin)); !check.Intact || check.Entries < 4 {
		t.Errorf("got %+v", check)
	}
}

func TestSetupPage(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	token, ok, err := s.heart.FirstAdminLink(t.Context())
	if err != nil || !ok {
		t.Fatal(err)
	}
	page := s.want(200, "GET", "/setup?token="+token, "")
	policy := page.header.Get("Content-Security-Policy")
	if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe") || page.header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("headers %v", page.header)
	}
	if !strings.Contains(string(page.body), token) || strings.Contains(string(page.body), "<script") {
		t.Errorf("the page is %s", page.body)
	}
	s.want(403, "GET", "/setup?token=pst_invented", "")
	s.want(200, "GET", "/setup/style.css", "")
	form := func(secret string) string {
		return url.Values{"token": {token}, "email": {"ibu@example.com"}, "password": {secret}, "name": {`<b>Ibu</b>`}}.Encode()
	}
	post := func(secret string) answer {
		return s.do("POST", "/setup", form(secret), "Content-Type: application/x-www-form-urlencoded")
	}
	if got := post("password123"); got.status != 422 || strings.Contains(string(got.body), "<b>Ibu") || strings.Contains(string(got.body), "password123") {
		t.Errorf("a weak password: %d %s", got.status, got.body)
	}
	if got := post(password); got.status != 201 {
		t.Fatalf("got %d %s", got.status, got.body)
	}
	if got := post(password); got.status != 403 {
		t.Errorf("the second use: %d", got.status)
	}
	admin := bearer(s.login("ibu@example.com"))
	s.want(200, "GET", "/v1/roles", "", admin)
	got := s.do("POST", "/v1/auth/first-admin", encode(map[string]string{"token": token, "email": "x@example.com", "password": password, "name": "X"}))
	if got.status != 403 || got.code() != authapi.CodeSetupTokenInvalid {
		t.Errorf("the operation: %d %s", got.status, got.body)
	}
}

func TestMailPages(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.register("sari@example.com")
	id := decode[authapi.Account](t, s.want(200, "GET", "/v1/auth/me", "", bearer(s.login("sari@example.com")))).ID
	mailed := func(purpose string) string {
		issued, err := s.heart.IssueMailToken(t.Context(), id, purpose)
		if err != nil {
			t.Fatal(err)
		}
		return issued.Secret
	}
	post := func(path string, values url.Values) answer {
		return s.do("POST", path, values.Encode(), "Content-Type: application/x-www-form-urlencoded")
	}

	token := mailed("verify_email")
	if page := s.want(200, "GET", "/verify-email?lang=en&token="+token, ""); !strings.Contains(string(page.body), "Yes, this is my address") {
		t.Errorf("the page is %s", page.body)
	}
	admin := s.want(200, "GET", "/v1/auth/me", "", bearer(s.login("sari@example.com")))
	if strings.Contains(string(admin.body), `"email_verified":true`) {
		t.Error("opening the link verified the address: mail programs open links by themselves")
	}
	if got := post("/verify-email", url.Values{"token": {token}, "lang": {"en"}}); got.status != 200 {
		t.Fatalf("verify: %d %s", got.status, got.body)
	}
	if got := post("/verify-email", url.Values{"token": {"pvt_invented"}}); got.status/100 != 4 {
		t.Errorf("an invented token: %d %s", got.status, got.body)
	}

	token = mailed("reset_password")
	s.want(200, "GET", "/reset-password?token="+token, "")
	if got := post("/reset-password", url.Values{"token": {token}, "password": {"short"}}); got.status != 422 || !strings.Contains(string(got.body), token) {
		t.Errorf("a weak password: %d %s", got.status, got.body)
	}
	if got := post("/reset-password", url.Values{"token": {token}, "password": {"another long phrase"}}); got.status != 200 {
		t.Fatalf("reset: %d %s", got.status, got.body)
	}
	s.want(401, "POST", "/v1/auth/login", credentials("sari@example.com", password))
	s.want(200, "POST", "/v1/auth/login", credentials("sari@example.com", "another long phrase"))
}

func TestFirstAdminByOperation(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.register("sari@example.com")
	token, _, err := s.heart.FirstAdminLink(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	claim := func(email string) answer {
		return s.do("POST", "/v1/auth/first-admin", encode(map[string]string{"token": token, "email": email, "password": password, "name": "Ibu"}))
	}
	if got := claim("sari@example.com"); got.status != 409 || got.code() != authapi.CodeEmailTaken {
		t.Errorf("an address that is taken: %d %s", got.status, got.body)
	}
	if got := claim("ibu@example.com"); got.status != 201 {
		t.Fatalf("the link was used up by a refused try: %d %s", got.status, got.body)
	}
}

func TestThrottleSpeaksHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.register("sari@example.com")
	for range 5 {
		s.want(401, "POST", "/v1/auth/login", credentials("sari@example.com", "not the right one"))
	}
	got := s.want(429, "POST", "/v1/auth/login", credentials("sari@example.com", "not the right one"))
	if got.header.Get("Retry-After") == "" || got.code() != api.CodeRateLimited {
		t.Errorf("%s %s", got.header, got.body)
	}
	s.want(200, "POST", "/v1/auth/login", credentials("sari@example.com", password), "Test-Ip: 192.0.2.44")
}

func TestRefreshReuseOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	s.register("sari@example.com")
	first := s.login("sari@example.com")
	body := encode(map[string]string{"refresh_token": first.RefreshToken})
	second := decode[authapi.Tokens](t, s.want(200, "POST", "/v1/auth/refresh", body))
	if got := s.do("POST", "/v1/auth/refresh", body); got.status != 409 || got.code() != authapi.CodeRefreshSuperseded {
		t.Errorf("at once: %d %s", got.status, got.body)
	}
	s.clock.advance(time.Minute)
	if got := s.do("POST", "/v1/auth/refresh", body); got.status != 401 || got.code() != authapi.CodeRefreshReused {
		t.Errorf("later: %d %s", got.status, got.body)
	}
	s.want(401, "GET", "/v1/auth/me", "", bearer(second))
	s.want(204, "POST", "/v1/auth/revoke", body)
}

func TestJWKSOverHTTP(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	got := s.want(200, "GET", "/.well-known/jwks.json", "")
	set := decode[authapi.JWKS](t, got)
	if len(set.Keys) != 2 || got.header.Get("Cache-Control") != "public, max-age=300" {
		t.Fatalf("%d keys, %v", len(set.Keys), got.header)
	}
	for _, key := range set.Keys {
		if key.KeyType != "OKP" || key.Curve != "Ed25519" || key.Algorithm != "EdDSA" || key.Use != "sig" || key.ID == "" {
			t.Errorf("key %+v", key)
		}
	}
	if strings.Contains(string(got.body), `"d"`) {
		t.Error("a private key is published")
	}
}

func TestMassAssignmentIsRefused(t *testing.T) {
	t.Parallel()
	s := newStack(t)
	for _, field := range []string{"id", "roles", "permissions", "status", "email_verified", "version", "created_at", "is_admin"} {
		body := fmt.Sprintf(`{"email":"sari@example.com","password":"kopi tubruk jam lima","name":"Sari",%q:"admin"}`, field)
		if got := s.do("POST", "/v1/auth/register", body); got.status != 422 || got.code() != api.CodeUnknownParameter {
			t.Errorf("%s: %d %s", field, got.status, got.body)
		}
	}
}
