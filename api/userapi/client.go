package userapi

import (
	"context"

	"pasar/internal/platform/rest"
)

// Client is the user service over HTTP.
type Client struct{ caller *rest.Caller }

var _ Service = (*Client)(nil)

// NewClient returns a client that calls through caller.
func NewClient(caller *rest.Caller) *Client { return &Client{caller: caller} }

// GetProfile calls the operation of this name.
func (c *Client) GetProfile(ctx context.Context, in *GetProfileInput) (*Profile, error) {
	return rest.Call(ctx, c.caller, GetProfile, in)
}

// UpdateProfile calls the operation of this name.
func (c *Client) UpdateProfile(ctx context.Context, in *UpdateProfileInput) (*Profile, error) {
	return rest.Call(ctx, c.caller, UpdateProfile, in)
}

// ExportProfile calls the operation of this name.
func (c *Client) ExportProfile(ctx context.Context, in *GetProfileInput) (*Export, error) {
	return rest.Call(ctx, c.caller, ExportProfile, in)
}

// EraseProfile calls the operation of this name.
func (c *Client) EraseProfile(ctx context.Context, in *EraseProfileInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, EraseProfile, in)
}

// SetAvatar calls the operation of this name.
func (c *Client) SetAvatar(ctx context.Context, in *SetAvatarInput) (*Profile, error) {
	return rest.Call(ctx, c.caller, SetAvatar, in)
}

// RemoveAvatar calls the operation of this name.
func (c *Client) RemoveAvatar(ctx context.Context, in *RemoveAvatarInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, RemoveAvatar, in)
}

// GetAvatar calls the operation of this name.
func (c *Client) GetAvatar(ctx context.Context, in *GetAvatarInput) (*rest.Blob, error) {
	return rest.Call(ctx, c.caller, GetAvatar, in)
}

// ListAddresses calls the operation of this name.
func (c *Client) ListAddresses(ctx context.Context, in *ListAddressesInput) (*AddressList, error) {
	return rest.Call(ctx, c.caller, ListAddresses, in)
}

// AddAddress calls the operation of this name.
func (c *Client) AddAddress(ctx context.Context, in *AddAddressInput) (*Address, error) {
	return rest.Call(ctx, c.caller, AddAddress, in)
}

// GetAddress calls the operation of this name.
func (c *Client) GetAddress(ctx context.Context, in *GetAddressInput) (*Address, error) {
	return rest.Call(ctx, c.caller, GetAddress, in)
}

// UpdateAddress calls the operation of this name.
func (c *Client) UpdateAddress(ctx context.Context, in *UpdateAddressInput) (*Address, error) {
	return rest.Call(ctx, c.caller, UpdateAddress, in)
}

// RemoveAddress calls the operation of this name.
func (c *Client) RemoveAddress(ctx context.Context, in *RemoveAddressInput) (*rest.NoContent, error) {
	return rest.Call(ctx, c.caller, RemoveAddress, in)
}

// ListUsers calls the operation of this name.
func (c *Client) ListUsers(ctx context.Context, in *ListUsersInput) (*UserList, error) {
	return rest.Call(ctx, c.caller, ListUsers, in)
}

// GetUser calls the operation of this name.
func (c *Client) GetUser(ctx context.Context, in *GetUserInput) (*Profile, error) {
	return rest.Call(ctx, c.caller, GetUser, in)
}

// ListUserAddresses calls the operation of this name.
func (c *Client) ListUserAddresses(ctx context.Context, in *ListUserAddressesInput) (*AddressList, error) {
	return rest.Call(ctx, c.caller, ListUserAddresses, in)
}
