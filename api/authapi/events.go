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
	VerificationRequested = events.Type[AccountData]{
		Name: "pasar.auth.verification_requested.v1", Summary: "An e-mail address waits to be verified by mail",
	}
	PasswordResetRequested = events.Type[AccountData]{
		Name: "pasar.auth.password_reset_requested.v1", Summary: "Somebody asked for a new password by mail",
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

// RevokedData ends tokens issued at or before NotAfter: those of one session,
// or of all the user's sessions when SessionID is empty.
type RevokedData struct {
	UserID    string    `json:"user_id"`
	SessionID string    `json:"session_id,omitempty"`
	NotAfter  time.Time `json:"not_after"`
}
