package rest

import (
	"net/http"

	"pasar/internal/auth"
)

// setupForm is the form of the first administrator.
func setupForm(token, name, email string) page {
	return page{
		Language: "en", Title: "The first administrator", Token: token, Action: "/setup", Button: "Make the administrator",
		Fields: []pageField{
			{Name: "name", Label: "Name", Type: "text", Autocomplete: "name", Value: name, MaxLength: 100},
			{Name: "email", Label: "E-mail", Type: "email", Autocomplete: "username", Value: email, MaxLength: 254},
			{Name: "password", Label: "Password, 10 characters or more", Type: "password", Autocomplete: "new-password", MaxLength: 128},
		},
	}
}

func (p *pages) showSetup(w http.ResponseWriter, r *http.Request) {
	token := r.URL.Query().Get("token")
	good, err := p.heart.SetupTokenGood(r.Context(), token)
	switch {
	case err != nil:
		p.refuse(w, r, err, page{})
	case !good:
		p.write(w, r, http.StatusForbidden, page{
			Language: "en", Title: "This link is not valid any more",
			Text: "It was used, it has expired, or the shop has an administrator already. Restart the shop for a new link.",
		})
	default:
		p.write(w, r, http.StatusOK, setupForm(token, "", ""))
	}
}

func (p *pages) claimSetup(w http.ResponseWriter, r *http.Request) {
	from, ok := p.form(w, r)
	if !ok {
		return
	}
	token, in := r.PostForm.Get("token"), auth.Registration{
		Email: r.PostForm.Get("email"), Password: r.PostForm.Get("password"), Name: r.PostForm.Get("name"), Language: "id",
	}
	email, err := p.heart.ClaimFirstAdmin(r.Context(), from, token, in)
	if err != nil {
		p.refuse(w, r, err, setupForm(token, in.Name, in.Email))
		return
	}
	p.write(w, r, http.StatusCreated, page{
		Language: "en", Title: "Done", Text: email + " is the administrator now. Sign in with POST /v1/auth/login.",
	})
}
