package auth

import (
	"context"
	"slices"
	"strings"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/fault"
)

// Role is a named set of permissions. Roles are rows, not code.
type Role struct {
	Name        string
	Summary     string
	Permissions []string
}

// Roles lists every role.
func (s *Service) Roles(ctx context.Context) ([]Role, error) { return s.store.Roles(ctx) }

// SetRoles replaces the roles of an account that is still at a version. Access
// tokens with the old permissions end at once, sessions go on.
func (s *Service) SetRoles(ctx context.Context, from Origin, userID string, version int64, wanted []string) (*Account, error) {
	known, err := s.store.Roles(ctx)
	if err != nil {
		return nil, err
	}
	wanted, err = resolveRoles(known, wanted)
	if err != nil {
		return nil, err
	}
	var account *Account
	var ended []authapi.RevokedData
	err = s.store.InTx(ctx, func(tx Tx) error {
		ended = nil
		if err := tx.LockAdmins(); err != nil {
			return err
		}
		if account, err = lock(tx, userID); err != nil {
			return err
		}
		if account.Version != version {
			return stale()
		}
		if slices.Equal(account.Roles, wanted) {
			return nil
		}
		if err := mayChange(from.Actor, known, account.Roles, wanted); err != nil {
			return err
		}
		if account.has(api.RoleAdmin) && !slices.Contains(wanted, api.RoleAdmin) {
			if err := keepsAdmin(tx, account); err != nil {
				return err
			}
		}
		revocation, err := s.changeRoles(tx, from, account, wanted)
		ended = append(ended, revocation)
		if err != nil {
			return err
		}
		account, err = tx.Account(userID)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.revoked(ended...)
	return account, nil
}

func (s *Service) changeRoles(tx Tx, from Origin, account *Account, wanted []string) (authapi.RevokedData, error) {
	if err := tx.SetRoles(account.ID, wanted); err != nil {
		return authapi.RevokedData{}, err
	}
	err := s.note(tx, from, "roles_changed", account.ID, details{
		"from": strings.Join(account.Roles, " "), "to": strings.Join(wanted, " "),
	})
	if err != nil {
		return authapi.RevokedData{}, err
	}
	return s.revokeAll(tx, account.ID)
}

// resolveRoles checks names and adds the role that everybody has.
func resolveRoles(known []Role, wanted []string) ([]string, error) {
	roles := []string{api.RoleCustomer}
	for _, name := range wanted {
		if !slices.ContainsFunc(known, func(r Role) bool { return r.Name == name }) {
			return nil, fault.New(fault.Invalid, authapi.CodeRoleUnknown, "There is no role of this name; list-roles names them all.").
				At("#/roles", "not_allowed", "expected names of roles")
		}
		if !slices.Contains(roles, name) {
			roles = append(roles, name)
		}
	}
	slices.Sort(roles)
	return roles, nil
}

// mayChange keeps people from giving, or taking, more than they hold.
func mayChange(actor api.Actor, known []Role, before, after []string) error {
	for _, role := range known {
		if slices.Contains(before, role.Name) == slices.Contains(after, role.Name) {
			continue
		}
		if err := holdsAll(actor, role.Permissions); err != nil {
			return err
		}
	}
	return nil
}

func holdsAll(actor api.Actor, permissions []string) error {
	if actor.Kind == api.ActorSystem {
		return nil
	}
	for _, p := range permissions {
		if !actor.Can(p) {
			return fault.New(fault.Forbidden, api.CodeForbidden, "This reaches further than your own permissions: %s is missing.", p)
		}
	}
	return nil
}

// keepsAdmin refuses to take the last administrator away. The set is locked.
func keepsAdmin(tx Tx, account *Account) error {
	if account.Status != Active {
		return nil
	}
	admins, err := tx.CountAdmins()
	if err != nil {
		return err
	}
	if admins <= 1 {
		return fault.New(fault.Conflict, authapi.CodeLastAdmin, "This is the last active administrator; make another one first.")
	}
	return nil
}

func stale() error {
	return fault.New(fault.PreconditionFailed, api.CodePreconditionFailed, "The account has changed since you read it; read it again.")
}

// Disable shuts an account and ends all its sessions and tokens at once.
func (s *Service) Disable(ctx context.Context, from Origin, userID, reason string) (*Account, error) {
	var account *Account
	var ended []authapi.RevokedData
	err := s.store.InTx(ctx, func(tx Tx) error {
		ended = nil
		var err error
		if account, err = s.lockForStaff(tx, from, userID); err != nil || account.Status == Disabled {
			return err
		}
		if account.has(api.RoleAdmin) {
			if err := keepsAdmin(tx, account); err != nil {
				return err
			}
		}
		if err := tx.SetStatus(userID, Disabled); err != nil {
			return err
		}
		revocation, err := s.endAll(tx, userID, "disabled")
		if err != nil {
			return err
		}
		ended = append(ended, revocation)
		if err := s.note(tx, from, "account_disabled", userID, details{"reason": reason}); err != nil {
			return err
		}
		account, err = tx.Account(userID)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.revoked(ended...)
	return account, nil
}

// Enable opens a disabled account again.
func (s *Service) Enable(ctx context.Context, from Origin, userID string) (*Account, error) {
	var account *Account
	err := s.store.InTx(ctx, func(tx Tx) error {
		var err error
		if account, err = s.lockForStaff(tx, from, userID); err != nil || account.Status == Active {
			return err
		}
		if err := tx.SetStatus(userID, Active); err != nil {
			return err
		}
		if err := s.note(tx, from, "account_enabled", userID, nil); err != nil {
			return err
		}
		account, err = tx.Account(userID)
		return err
	})
	if err != nil {
		return nil, err
	}
	return account, nil
}

// lockForStaff holds an account that the actor may act on: nobody acts on
// somebody who holds more than themselves.
func (s *Service) lockForStaff(tx Tx, from Origin, userID string) (*Account, error) {
	if err := tx.LockAdmins(); err != nil {
		return nil, err
	}
	account, err := lock(tx, userID)
	if err != nil {
		return nil, err
	}
	return account, holdsAll(from.Actor, account.Permissions)
}
