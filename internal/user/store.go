package user

import (
	"context"
	"errors"
	"time"

	"pasar/internal/platform/events"
)

// What a store says when there is nothing, or something already.
var (
	ErrNotFound = errors.New("user: not found")
	ErrTaken    = errors.New("user: taken")
)

// Store keeps everything. Reads outside of a transaction see what is committed.
type Store interface {
	InTx(ctx context.Context, do func(Tx) error) error
	Profile(ctx context.Context, id string) (*Profile, error) // ErrNotFound
	Find(ctx context.Context, filter Filter) ([]Profile, error)
	Address(ctx context.Context, userID, id string) (*Address, error) // ErrNotFound
	Addresses(ctx context.Context, userID string, page Page) ([]Address, error)
}

// Tx is one transaction. Its closure may run more than once.
type Tx interface {
	Now() time.Time
	Emit(...events.Event) error
	// Receive is false when this consumer has had this event before.
	Receive(consumer, eventID string) (bool, error)

	// LockProfile holds the profile until the end of the transaction. It comes
	// before every read of a transaction. ErrNotFound when there is none.
	LockProfile(id string) error
	Profile(id string) (*Profile, error)
	InsertProfile(*Profile) error // ErrTaken
	// PutProfile writes what can change, and the words it is found by.
	PutProfile(p *Profile, words []string) error

	Address(userID, id string) (*Address, error) // ErrNotFound
	CountAddresses(userID string) (int, error)
	InsertAddress(*Address) error
	PutAddress(*Address) error
	// TouchAddress counts the version of an address up; none is no error.
	TouchAddress(userID, id string) error
	DeleteAddress(userID, id string) error
	DeleteAddresses(userID string) error
}

// Page is where a list goes on: after the row with this time and id, newest
// first. The zero time is the beginning.
type Page struct {
	Limit    int
	BeforeAt time.Time
	BeforeID string
}

// Filter selects profiles.
type Filter struct {
	Page
	Words         []string // each is the beginning of a word of the profile
	Status        Status   // "" for all
	CreatedAfter  time.Time
	CreatedBefore time.Time
}
