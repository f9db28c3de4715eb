package user

import (
	"context"
	"errors"
	"strings"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/userapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// Status of a profile.
type Status string

// The states of a profile.
const (
	Active Status = "active"
	Erased Status = "erased"
)

const (
	defaultLanguage = "id"
	defaultCurrency = "IDR"
)

// Profile is a user.
type Profile struct {
	ID              string
	Status          Status
	Email           string
	Name            string
	Phone           string // E.164
	Language        string
	Currency        string
	MarketingOptIn  bool
	Avatar          string // name without size, "" for none
	DefaultShipping string // id of an address, or ""
	DefaultBilling  string
	CreatedAt       time.Time
	UpdatedAt       time.Time
	Version         int64
}

// Key is where a list goes on after the profile.
func (p *Profile) Key() (time.Time, string) { return p.CreatedAt, p.ID }

func profileOf(a *authapi.AccountData, now time.Time) *Profile {
	p := &Profile{
		ID: a.UserID, Status: Active, Email: a.Email, Name: a.Name, Language: a.Language, Currency: defaultCurrency,
		CreatedAt: now, UpdatedAt: now, Version: 1,
	}
	if p.Language == "" {
		p.Language = defaultLanguage
	}
	return p
}

// Registered makes the profile of a new account.
func (s *Service) Registered(ctx context.Context, e events.Event) error {
	account, err := authapi.AccountRegistered.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	return s.store.InTx(ctx, func(tx Tx) error {
		fresh, err := tx.Receive(registeredConsumer, e.ID)
		if err != nil || !fresh {
			return err
		}
		_, err = insert(tx, &account)
		return err
	})
}

const registeredConsumer = "user.account-registered"

// Consumers are the service's subscriptions.
func (s *Service) Consumers() []events.Consumer {
	return []events.Consumer{{
		Name: registeredConsumer, Types: []string{authapi.AccountRegistered.Name}, Handle: s.Registered, Workers: 2,
	}}
}

// insert makes a profile unless there is one; whoever came first is right.
func insert(tx Tx, account *authapi.AccountData) (*Profile, error) {
	p := profileOf(account, tx.Now())
	err := tx.InsertProfile(p)
	if errors.Is(err, ErrTaken) {
		return tx.Profile(account.UserID)
	}
	if err != nil {
		return nil, err
	}
	if err := tx.PutProfile(p, words(p)); err != nil {
		return nil, err
	}
	return p, say(tx, p)
}

func say(tx Tx, p *Profile) error {
	event, err := userapi.ProfileChanged.New(p.ID, p.Version, tx.Now(), userapi.ProfileData{
		UserID: p.ID, Name: p.Name, Language: p.Language, Currency: p.Currency, MarketingOptIn: p.MarketingOptIn,
	})
	if err != nil {
		return err
	}
	return tx.Emit(event)
}

// Own returns the profile of whoever is signed in. Somebody can be here sooner
// than the event of their registration; then auth is asked.
func (s *Service) Own(ctx context.Context, actor api.Actor) (*Profile, error) {
	if actor.Kind != api.ActorUser {
		return nil, fault.New(fault.Forbidden, api.CodeForbidden, "This is for people who are signed in; an API key has no profile of its own.")
	}
	p, err := s.store.Profile(ctx, actor.ID)
	if errors.Is(err, ErrNotFound) {
		p, err = s.introduce(ctx, actor.ID)
	}
	if err != nil {
		return nil, err
	}
	return p, alive(p)
}

func alive(p *Profile) error {
	if p.Status == Erased {
		return fault.New(fault.Gone, userapi.CodeErased, "This user has been erased.")
	}
	return nil
}

func (s *Service) introduce(ctx context.Context, id string) (*Profile, error) {
	account, err := s.accounts.GetAccount(ctx, &authapi.GetAccountInput{ID: id})
	if err != nil {
		return nil, err
	}
	var p *Profile
	err = s.store.InTx(ctx, func(tx Tx) error {
		var err error
		p, err = insert(tx, account)
		return err
	})
	return p, err
}

// Profile returns anybody's profile, for staff.
func (s *Service) Profile(ctx context.Context, id string) (*Profile, error) {
	p, err := s.store.Profile(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return nil, noUser()
	}
	return p, err
}

// Find lists profiles, newest first, for staff.
func (s *Service) Find(ctx context.Context, q string, filter Filter) ([]Profile, error) {
	filter.Words = wordsOf(q)
	if len(filter.Words) > maxQueryWords {
		return nil, fault.New(fault.Invalid, api.CodeInvalid, "A search has at most %d words.", maxQueryWords).
			At("query.q", "wrong_length", "fewer words find more")
	}
	if strings.TrimSpace(q) != "" && len(filter.Words) == 0 {
		return nil, nil // signs only: nothing begins with them
	}
	return s.store.Find(ctx, filter)
}

// change runs a change of one's own profile under its lock.
func (s *Service) change(ctx context.Context, actor api.Actor, do func(Tx, *Profile) error) (*Profile, error) {
	if _, err := s.Own(ctx, actor); err != nil {
		return nil, err
	}
	var p *Profile
	err := s.store.InTx(ctx, func(tx Tx) error {
		if err := tx.LockProfile(actor.ID); err != nil {
			return err
		}
		var err error
		if p, err = tx.Profile(actor.ID); err != nil {
			return err
		}
		if err := alive(p); err != nil {
			return err
		}
		return do(tx, p)
	})
	if err != nil {
		return nil, err
	}
	return p, nil
}

// put counts the profile up and writes it.
func put(tx Tx, p *Profile) error {
	p.Version++
	p.UpdatedAt = tx.Now()
	return tx.PutProfile(p, words(p))
}

// Changes are those of a profile; nil leaves a field as it is.
type Changes struct {
	Name, Phone, Language, Currency *string
	MarketingOptIn                  *bool
}

// Update changes one's own profile that is still at a version.
func (s *Service) Update(ctx context.Context, actor api.Actor, version int64, c Changes) (*Profile, error) {
	if err := c.normalize(); err != nil {
		return nil, err
	}
	return s.change(ctx, actor, func(tx Tx, p *Profile) error {
		if p.Version != version {
			return stale()
		}
		assign(&p.Name, c.Name)
		assign(&p.Phone, c.Phone)
		assign(&p.Language, c.Language)
		assign(&p.Currency, c.Currency)
		assign(&p.MarketingOptIn, c.MarketingOptIn)
		if err := put(tx, p); err != nil {
			return err
		}
		return say(tx, p)
	})
}

func assign[T any](field, value *T) {
	if value != nil {
		*field = *value
	}
}

func (c *Changes) normalize() error {
	if c.Name != nil {
		trimmed := strings.TrimSpace(*c.Name)
		if trimmed == "" {
			return fault.New(fault.Invalid, api.CodeInvalid, "A name is more than spaces.").At("#/name", "wrong_length", "expected a name")
		}
		c.Name = &trimmed
	}
	if c.Currency != nil {
		if _, ok := api.CurrencyExponent(*c.Currency); !ok {
			return fault.New(fault.Invalid, userapi.CodeCurrencyUnknown, "The shop does not sell in this currency.").
				At("#/currency", "not_allowed", "expected a currency of the shop")
		}
	}
	if c.Phone != nil && *c.Phone != "" {
		phone, err := normalizePhone(*c.Phone, "ID")
		if err != nil {
			return err
		}
		c.Phone = &phone
	}
	return nil
}
