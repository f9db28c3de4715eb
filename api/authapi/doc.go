// Package authapi is the contract of the auth service: accounts, passwords,
// sessions, roles, API keys and the audit log, with its Go client.
package authapi
