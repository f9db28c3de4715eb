package user_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"log/slog"
	"sync"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/platform/sqldb"
	"pasar/internal/platform/sqldb/sqldbtest"
	"pasar/internal/user"
	"pasar/internal/user/pictures"
	"pasar/internal/user/store"
)

func TestMain(m *testing.M) { sqldbtest.Main(m) }

type manual struct {
	mu  sync.Mutex
	now time.Time
}

func (c *manual) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Microsecond)
	return c.now
}

// accounts is the auth service as far as profiles need it.
type accounts struct {
	mu    sync.Mutex
	known map[string]authapi.AccountData
	asked int
}

func (a *accounts) GetAccount(_ context.Context, in *authapi.GetAccountInput) (*authapi.AccountData, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.asked++
	account, ok := a.known[in.ID]
	if !ok {
		return nil, fault.New(fault.NotFound, api.CodeNotFound, "no such account")
	}
	return &account, nil
}

type shop struct {
	*user.Service
	t        *testing.T
	db       *sqldb.DB
	store    *store.Store
	accounts *accounts
	media    media.Store
	clock    *manual
}

func newShop(t *testing.T, url string) *shop {
	t.Helper()
	c := &manual{now: time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)}
	files, err := media.NewDirectory(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	db := sqldbtest.Open(t, sqldb.Options{URL: url, Name: "user", Migrations: store.Migrations(), Clock: c})
	s := &shop{t: t, db: db, store: store.New(db), accounts: &accounts{known: map[string]authapi.AccountData{}}, media: files, clock: c}
	s.Service = user.New(user.Deps{
		Store: s.store, Accounts: s.accounts, Files: files, Opener: pictures.NewOpener(files), Painter: pictures.NewPainter(),
		Clock: c, Log: slog.New(slog.NewTextHandler(t.Output(), nil)),
	})
	return s
}

func each(t *testing.T, test func(t *testing.T, s *shop)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, newShop(t, sqldbtest.SQLiteURL(t)))
	})
	t.Run("mysql", func(t *testing.T) {
		t.Parallel()
		test(t, newShop(t, sqldbtest.MySQLURL(t)))
	})
}

func small(t *testing.T) *shop {
	t.Helper()
	return newShop(t, sqldbtest.SQLiteURL(t))
}

// registered tells the service of a new account and returns who it is.
func (s *shop) registered(email, name string) api.Actor {
	s.t.Helper()
	id := api.NewID(api.PrefixUser)
	if err := s.Registered(s.t.Context(), s.event(id, email, name)); err != nil {
		s.t.Fatal(err)
	}
	return api.Actor{Kind: api.ActorUser, ID: id}
}

func (s *shop) event(id, email, name string) events.Event {
	s.t.Helper()
	event, err := authapi.AccountRegistered.New(id, 1, s.clock.Now(), authapi.AccountData{UserID: id, Email: email, Name: name, Language: "id"})
	if err != nil {
		s.t.Fatal(err)
	}
	event.ID = api.NewID(api.PrefixEvent)
	return event
}

func (s *shop) own(actor api.Actor) *user.Profile {
	s.t.Helper()
	p, err := s.Own(s.t.Context(), actor)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

func (s *shop) eventTypes() map[string]int {
	s.t.Helper()
	types := map[string]int{}
	batch, err := s.db.ClaimOutbox(s.t.Context(), 1000)
	if err != nil {
		s.t.Fatal(err)
	}
	ids := make([]string, len(batch))
	for i, event := range batch {
		types[event.Type]++
		ids[i] = event.ID
	}
	if err := s.db.MarkPublished(s.t.Context(), ids); err != nil {
		s.t.Fatal(err)
	}
	return types
}

func home() user.Address {
	return user.Address{
		Label: "Rumah", Recipient: "Sari Dewi", Phone: "0812-3456-7890", Line1: "Jl. Malioboro 12", District: "Danurejan",
		City: "Yogyakarta", Province: "DI Yogyakarta", PostalCode: "55213", Country: "ID",
	}
}

// photo is a JPEG with a place hidden in it.
func photo(t *testing.T, width, height int) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.Set(x, y, color.RGBA{R: uint8(x), G: uint8(y), A: 255})
		}
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	hidden := []byte("Exif\x00\x00 GPS 6.2S 106.8E")
	segment := append([]byte{0xFF, 0xE1, 0, byte(len(hidden) + 2)}, hidden...)
	return append(append(bytes.Clone(out.Bytes()[:2]), segment...), out.Bytes()[2:]...)
}

// together calls do n times at once and returns what came back.
func together(n int, do func(int) error) []error {
	errs := make([]error, n)
	start, done := make(chan struct{}), make(chan struct{})
	for i := range n {
		go func() {
			<-start
			errs[i] = do(i)
			done <- struct{}{}
		}()
	}
	close(start)
	for range n {
		<-done
	}
	return errs
}

var errLost = errors.New("the disk is full")
