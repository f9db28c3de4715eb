// Package userapi is the contract of the user service: profiles, preferences,
// addresses and avatars, with its Go client.
package userapi
