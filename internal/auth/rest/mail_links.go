package rest

import "net/http"

// mailWords are the texts of the screens behind mails.
type mailWords struct {
	verify, verifyButton, verified  string
	reset, resetLabel, resetButton  string
	resetDone, verifiedText, newOne string
}

var mailTexts = map[string]mailWords{
	"id": {
		verify: "Verifikasi alamat surel", verifyButton: "Ya, ini alamat saya", verified: "Alamat surel terverifikasi",
		verifiedText: "Terima kasih. Halaman ini boleh ditutup.",
		reset:        "Pilih kata sandi baru", resetLabel: "Kata sandi baru, 10 karakter atau lebih", resetButton: "Simpan kata sandi",
		resetDone: "Kata sandi tersimpan", newOne: "Semua sesi lama sudah diakhiri. Silakan masuk dengan kata sandi baru.",
	},
	"en": {
		verify: "Verify your e-mail address", verifyButton: "Yes, this is my address", verified: "E-mail address verified",
		verifiedText: "Thank you. You can close this page.",
		reset:        "Choose a new password", resetLabel: "New password, 10 characters or more", resetButton: "Save the password",
		resetDone: "Password saved", newOne: "All earlier sessions have ended. Sign in with the new password.",
	},
}

// wordsFor returns the texts in the language of the mail.
func wordsFor(language string) (string, mailWords) {
	if words, known := mailTexts[language]; known {
		return language, words
	}
	return "id", mailTexts["id"]
}

func verifyForm(language, token string) page {
	language, words := wordsFor(language)
	return page{Language: language, Title: words.verify, Token: token, Action: "/verify-email", Button: words.verifyButton}
}

func resetForm(language, token string) page {
	language, words := wordsFor(language)
	return page{
		Language: language, Title: words.reset, Token: token, Action: "/reset-password", Button: words.resetButton,
		Fields: []pageField{{Name: "password", Label: words.resetLabel, Type: "password", Autocomplete: "new-password", MaxLength: 128}},
	}
}

func (p *pages) showVerify(w http.ResponseWriter, r *http.Request) {
	p.write(w, r, http.StatusOK, verifyForm(r.URL.Query().Get("lang"), r.URL.Query().Get("token")))
}

func (p *pages) showReset(w http.ResponseWriter, r *http.Request) {
	p.write(w, r, http.StatusOK, resetForm(r.URL.Query().Get("lang"), r.URL.Query().Get("token")))
}

func (p *pages) verify(w http.ResponseWriter, r *http.Request) {
	from, ok := p.form(w, r)
	if !ok {
		return
	}
	language, words := wordsFor(r.PostForm.Get("lang"))
	if err := p.heart.VerifyEmail(r.Context(), from, r.PostForm.Get("token")); err != nil {
		p.refuse(w, r, err, page{Language: language, Title: words.verify})
		return
	}
	p.write(w, r, http.StatusOK, page{Language: language, Title: words.verified, Text: words.verifiedText})
}

func (p *pages) reset(w http.ResponseWriter, r *http.Request) {
	from, ok := p.form(w, r)
	if !ok {
		return
	}
	language, words := wordsFor(r.PostForm.Get("lang"))
	token := r.PostForm.Get("token")
	if err := p.heart.ResetPassword(r.Context(), from, token, r.PostForm.Get("password")); err != nil {
		p.refuse(w, r, err, resetForm(language, token))
		return
	}
	p.write(w, r, http.StatusOK, page{Language: language, Title: words.resetDone, Text: words.newOne})
}
