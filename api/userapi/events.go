package userapi

import "pasar/internal/platform/events"

// Events of the user service.
var (
	ProfileChanged = events.Type[ProfileData]{
		Name: "pasar.user.profile_changed.v1", Summary: "A profile was made or changed",
	}
	Erased = events.Type[ErasedData]{
		Name: "pasar.user.erased.v1", Summary: "A user was erased; whoever holds personal data of them removes it",
	}
)

// ProfileData is what others may need of a profile.
type ProfileData struct {
	UserID         string `json:"user_id"`
	Name           string `json:"name"`
	Language       string `json:"language" enum:"id,en"`
	Currency       string `json:"currency"`
	MarketingOptIn bool   `json:"marketing_opt_in"`
}

// ErasedData names whom to forget.
type ErasedData struct {
	UserID string `json:"user_id"`
}
