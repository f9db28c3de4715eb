package userapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Service is the user service, in process or over HTTP.
type Service interface {
	Profiles
	Addresses
	Staff
}

// Profiles is what people may do with their own profile.
type Profiles interface {
	GetProfile(context.Context, *GetProfileInput) (*Profile, error)
	UpdateProfile(context.Context, *UpdateProfileInput) (*Profile, error)
	ExportProfile(context.Context, *GetProfileInput) (*Export, error)
	EraseProfile(context.Context, *EraseProfileInput) (*rest.NoContent, error)
	SetAvatar(context.Context, *SetAvatarInput) (*Profile, error)
	RemoveAvatar(context.Context, *RemoveAvatarInput) (*rest.NoContent, error)
	GetAvatar(context.Context, *GetAvatarInput) (*rest.Blob, error)
}

// Addresses is what people may do with their own addresses.
type Addresses interface {
	ListAddresses(context.Context, *ListAddressesInput) (*AddressList, error)
	AddAddress(context.Context, *AddAddressInput) (*Address, error)
	GetAddress(context.Context, *GetAddressInput) (*Address, error)
	UpdateAddress(context.Context, *UpdateAddressInput) (*Address, error)
	RemoveAddress(context.Context, *RemoveAddressInput) (*rest.NoContent, error)
}

// Staff is what staff may see of people.
type Staff interface {
	ListUsers(context.Context, *ListUsersInput) (*UserList, error)
	GetUser(context.Context, *GetUserInput) (*Profile, error)
	ListUserAddresses(context.Context, *ListUserAddressesInput) (*AddressList, error)
}

// Register registers every operation of the service.
func Register(a *rest.API, s Service) {
	rest.Handle(a, GetProfile, s.GetProfile)
	rest.Handle(a, UpdateProfile, s.UpdateProfile)
	rest.Handle(a, ExportProfile, s.ExportProfile)
	rest.Handle(a, EraseProfile, s.EraseProfile)
	rest.Handle(a, SetAvatar, s.SetAvatar)
	rest.Handle(a, RemoveAvatar, s.RemoveAvatar)
	rest.Handle(a, GetAvatar, s.GetAvatar)

	rest.Handle(a, ListAddresses, s.ListAddresses)
	rest.Handle(a, AddAddress, s.AddAddress)
	rest.Handle(a, GetAddress, s.GetAddress)
	rest.Handle(a, UpdateAddress, s.UpdateAddress)
	rest.Handle(a, RemoveAddress, s.RemoveAddress)

	rest.Handle(a, ListUsers, s.ListUsers)
	rest.Handle(a, GetUser, s.GetUser)
	rest.Handle(a, ListUserAddresses, s.ListUserAddresses)
}
