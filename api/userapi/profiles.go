package userapi

import (
	"time"

	"pasar/api"
	"pasar/internal/platform/rest"
)

// Operations on one's own profile.
var (
	GetProfile = rest.Operation[GetProfileInput, Profile]{
		ID: "get-profile", Method: "GET", Path: "/v1/users/me",
		Summary: "One's own profile and preferences",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
	UpdateProfile = rest.Operation[UpdateProfileInput, Profile]{
		ID: "update-profile", Method: "PATCH", Path: "/v1/users/me", Guarded: true,
		Summary: "Change one's own profile and preferences",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased, CodeCurrencyUnknown},
	}
	ExportProfile = rest.Operation[GetProfileInput, Export]{
		ID: "export-profile", Method: "GET", Path: "/v1/users/me/export",
		Summary: "Everything that the user service holds about oneself",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
	EraseProfile = rest.Operation[EraseProfileInput, rest.NoContent]{
		ID: "erase-profile", Method: "DELETE", Path: "/v1/users/me", Guarded: true,
		Summary:     "Erase oneself: profile, addresses and picture go, and the account is closed",
		Description: "Orders and payments stay as the law asks, without the profile. This cannot be undone.",
		Needs:       rest.SignedIn,
		Codes:       []string{CodeErased},
	}
)

// GetProfileInput is empty: it is one's own.
type GetProfileInput struct{}

// Profile is a user.
type Profile struct {
	ID             string    `json:"id"`
	Status         string    `json:"status" enum:"active,erased"`
	Email          string    `json:"email" doc:"Of the account; changed there"`
	Name           string    `json:"name"`
	Phone          string    `json:"phone,omitempty" doc:"E.164" example:"+6281234567890"`
	Language       string    `json:"language" enum:"id,en"`
	Currency       string    `json:"currency" doc:"ISO 4217 code in which prices are shown" example:"IDR"`
	MarketingOptIn bool      `json:"marketing_opt_in"`
	Avatar         *Avatar   `json:"avatar,omitempty"`
	CreatedAt      time.Time `json:"created_at"`
	UpdatedAt      time.Time `json:"updated_at"`
	Version        int64     `json:"version"`
}

// ResourceVersion makes the ETag.
func (p Profile) ResourceVersion() int64 { return p.Version }

// Avatar is a picture in its sizes. Each address is of these very bytes and
// can be cached for ever.
type Avatar struct {
	Small string `json:"small" format:"uri-reference" doc:"96 × 96"`
	Large string `json:"large" format:"uri-reference" doc:"384 × 384"`
}

// UpdateProfileInput is a merge patch.
type UpdateProfileInput struct {
	rest.IfMatch
	Body struct {
		Name           *string            `json:"name,omitempty" minLength:"1" maxLength:"100"`
		Phone          rest.Patch[string] `json:"phone,omitzero" maxLength:"24" pattern:"^[+]?[0-9][0-9 ().-]*$" doc:"null removes it"`
		Language       *string            `json:"language,omitempty" enum:"id,en"`
		Currency       *string            `json:"currency,omitempty" pattern:"^[A-Z]{3}$"`
		MarketingOptIn *bool              `json:"marketing_opt_in,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

// Export is all that the service holds about a user.
type Export struct {
	Profile   Profile   `json:"profile"`
	Addresses []Address `json:"addresses" nullable:"false"`
	MadeAt    time.Time `json:"made_at"`
}

// EraseProfileInput guards against erasing what one has not looked at.
type EraseProfileInput struct{ rest.IfMatch }

// Operations on the avatar.
var (
	SetAvatar = rest.Operation[SetAvatarInput, Profile]{
		ID: "set-avatar", Method: "PUT", Path: "/v1/users/me/avatar", MaxBody: 5<<20 + 4<<10,
		Summary:     "Set one's own picture",
		Description: "JPEG, PNG, GIF or WebP up to 5 MiB and 40 megapixels, as the body or as the one file of a form. It is cut to a square and written anew: what else the file holds, such as a place, is gone.",
		Needs:       rest.SignedIn,
		Codes:       []string{CodeErased, CodePictureInvalid},
	}
	RemoveAvatar = rest.Operation[RemoveAvatarInput, rest.NoContent]{
		ID: "remove-avatar", Method: "DELETE", Path: "/v1/users/me/avatar",
		Summary: "Remove one's own picture",
		Needs:   rest.SignedIn,
		Codes:   []string{CodeErased},
	}
	GetAvatar = rest.Operation[GetAvatarInput, rest.Blob]{
		ID: "get-avatar", Method: "GET", Path: "/v1/avatars/{name}", Stream: true,
		Summary: "The bytes of an avatar; its address is as in the profile",
		Needs:   rest.Public,
		Cache:   "public, max-age=31536000, immutable",
	}
)

// SetAvatarInput carries one picture.
type SetAvatarInput struct {
	RawBody []byte `contentType:"image/jpeg,image/png,image/gif,image/webp,multipart/form-data"`
}

// RemoveAvatarInput is empty.
type RemoveAvatarInput struct{}

// GetAvatarInput names one size of an avatar.
type GetAvatarInput struct {
	Name string `path:"name" maxLength:"64"`
}

// Operations of staff.
var (
	ListUsers = rest.Operation[ListUsersInput, UserList]{
		ID: "list-users", Method: "GET", Path: "/v1/users",
		Summary: "Find users, newest first",
		Needs:   rest.Permission(api.PermUserRead),
	}
	GetUser = rest.Operation[GetUserInput, Profile]{
		ID: "get-user", Method: "GET", Path: "/v1/users/{id}",
		Summary: "A user's profile",
		Needs:   rest.Permission(api.PermUserRead),
	}
	ListUserAddresses = rest.Operation[ListUserAddressesInput, AddressList]{
		ID: "list-user-addresses", Method: "GET", Path: "/v1/users/{id}/addresses",
		Summary: "A user's addresses, newest first",
		Needs:   rest.Permission(api.PermUserRead),
	}
)

// ListUsersInput filters users.
type ListUsersInput struct {
	api.Paging
	Q             string    `query:"q" maxLength:"100" doc:"Beginnings of words of the name, of the e-mail address or of the phone number" example:"sar dewi"`
	Status        string    `query:"status" enum:"active,erased"`
	CreatedAfter  time.Time `query:"created_after" doc:"From this moment on"`
	CreatedBefore time.Time `query:"created_before" doc:"Before this moment"`
}

// UserList is a page of users.
type UserList = api.List[Profile]

// GetUserInput names the user.
type GetUserInput struct {
	ID string `path:"id" prefix:"usr"`
}

// ListUserAddressesInput names the user.
type ListUserAddressesInput struct {
	ID string `path:"id" prefix:"usr"`
	api.Paging
}
