package authapi

import (
	"time"

	"pasar/internal/platform/events"
)

// Events of the auth service. None carries a secret: who sends a mail asks for
// its token with IssueMailToken at the moment of sending.
var (
	AccountRegistered = events.Type[AccountData]{
		Name: "pasar.auth.account_registered.v1", Summary: "An account was made; it has a profile to come",
	}
	RegistrationRepeated = events.Type[AccountData]{
		Name: "pasar.auth.registration_repeated.v1", Summary: "Somebody tried to register an address that has an account; its owner is told by mail",
	}
	VerificationRequested = events.Type[AccountData]{
		Name: "pasar.auth.verification_requested.v1", Summary: "An e-mail address waits to be verified by mail",
	}
	PasswordResetRequested = events.Type[AccountData]{
		Name: "pasar.auth.password_reset_requested.v1", Summary: "Somebody asked for a new password by mail",
	}
	PasswordChanged = events.Type[AccountData]{
		Name: "pasar.auth.password_changed.v1", Summary: "A password was changed or reset; the owner is told by mail",
	}
	UnknownAddressAsked = events.Type[UnknownAddressData]{
		Name: "pasar.auth.unknown_address_asked.v1", Summary: "Somebody asked for a mail to an address without an account; nobody is mailed",
	}
	EmailVerified = events.Type[AccountData]{
		Name: "pasar.auth.email_verified.v1", Summary: "An e-mail address is verified",
	}
	AccessRevoked = events.Type[RevokedData]{
		Name: "pasar.auth.access_revoked.v1", Summary: "Access tokens of a session or of a whole account are no longer good",
	}
)

// AccountData is an account in an event.
type AccountData struct {
	UserID   string `json:"user_id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Language string `json:"language" enum:"id,en"`
}

// UnknownAddressData tells that an address without an account was named. The
// address itself is left out: it is nobody's whom the shop knows.
type UnknownAddressData struct {
	Purpose string `json:"purpose" enum:"verify_email,reset_password"`
}

// RevokedData ends tokens issued at or before NotAfter: those of one session,
// or of all the user's sessions when SessionID is empty. For an API key that
// was revoked, UserID is the key's id.
type RevokedData struct {
	UserID    string    `json:"user_id"`
	SessionID string    `json:"session_id,omitempty"`
	NotAfter  time.Time `json:"not_after"`
}
