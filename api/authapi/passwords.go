package authapi

import "pasar/internal/platform/rest"

// Operations on passwords.
var (
	ForgotPassword = rest.Operation[AddressInput, Accepted]{
		ID: "forgot-password", Method: "POST", Path: "/v1/auth/password/forgot", Status: 202,
		Summary:     "Ask for a mail with which to choose a new password",
		Description: "Always accepted: the answer does not tell whether the address has an account.",
		Needs:       rest.Public,
	}
	ResetPassword = rest.Operation[ResetPasswordInput, rest.NoContent]{
		ID: "reset-password", Method: "POST", Path: "/v1/auth/password/reset",
		Summary: "Choose a new password with the secret of a reset mail; ends every session",
		Needs:   rest.Public,
		Codes:   []string{CodeMailTokenInvalid, CodePasswordWeak},
	}
	ChangePassword = rest.Operation[ChangePasswordInput, rest.NoContent]{
		ID: "change-password", Method: "POST", Path: "/v1/auth/password/change",
		Summary: "Change one's own password; ends every other session",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeCurrentPassword, CodePasswordWeak},
	}
)

// ResetPasswordInput carries the secret of a reset mail and the new password.
type ResetPasswordInput struct {
	Body struct {
		Token    string `json:"token" minLength:"1" maxLength:"200"`
		Password string `json:"password" minLength:"10" maxLength:"128"`
	}
}

// ChangePasswordInput carries the old and the new password.
type ChangePasswordInput struct {
	Body struct {
		Current string `json:"current_password" minLength:"1" maxLength:"512"`
		New     string `json:"new_password" minLength:"10" maxLength:"128"`
	}
}
