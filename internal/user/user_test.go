package user_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/authapi"
	"pasar/api/userapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/user"
	"pasar/internal/user/pictures"
)

func TestProfileComesFromTheEvent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		id := api.NewID(api.PrefixUser)
		event := s.event(id, "sari@example.com", "Sari Dewi")
		for _, err := range together(4, func(int) error { return s.Registered(t.Context(), event) }) {
			if err != nil {
				t.Fatalf("a repeated delivery: %v", err)
			}
		}
		p := s.own(api.Actor{Kind: api.ActorUser, ID: id})
		if p.Email != "sari@example.com" || p.Name != "Sari Dewi" || p.Currency != "IDR" || p.Language != "id" || p.Status != user.Active || p.Version != 1 {
			t.Fatalf("the profile is %+v", p)
		}
		if n := s.eventTypes()[userapi.ProfileChanged.Name]; n != 1 {
			t.Errorf("%d events of one profile", n)
		}
		if s.accounts.asked != 0 {
			t.Error("auth was asked although the event was here")
		}
	})
}

func TestOwnerIsHereSoonerThanTheEvent(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		id := api.NewID(api.PrefixUser)
		s.accounts.known[id] = authapi.AccountData{UserID: id, Email: "sari@example.com", Name: "Sari", Language: "en"}
		actor := api.Actor{Kind: api.ActorUser, ID: id}
		for _, err := range together(8, func(int) error {
			_, err := s.Own(t.Context(), actor)
			return err
		}) {
			if err != nil {
				t.Fatal(err)
			}
		}
		name := "Sari Dewi"
		if _, err := s.Update(t.Context(), actor, 1, user.Changes{Name: &name}); err != nil {
			t.Fatal(err)
		}
		if err := s.Registered(t.Context(), s.event(id, "sari@example.com", "Sari")); err != nil {
			t.Fatal(err)
		}
		if p := s.own(actor); p.Name != name || p.Language != "en" {
			t.Errorf("the late event overwrote the profile: %+v", p)
		}
	})
}

func TestNobodyHasNoProfile(t *testing.T) {
	t.Parallel()
	s := small(t)
	if _, err := s.Own(t.Context(), api.Actor{Kind: api.ActorUser, ID: api.NewID(api.PrefixUser)}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("no account: %v", err)
	}
	if _, err := s.Own(t.Context(), api.Actor{Kind: api.ActorKey, ID: api.NewID(api.PrefixKey)}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an API key: %v", err)
	}
	if _, err := s.Profile(t.Context(), api.NewID(api.PrefixUser)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("for staff: %v", err)
	}
}

func TestUpdate(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		name, phone, language, currency, yes := "  Sari Dewi ", "0812 3456 7890", "en", "USD", true
		p, err := s.Update(t.Context(), actor, 1, user.Changes{Name: &name, Phone: &phone, Language: &language, Currency: &currency, MarketingOptIn: &yes})
		if err != nil {
			t.Fatal(err)
		}
		stored := s.own(actor)
		if *p != *stored || p.Name != "Sari Dewi" || p.Phone != "+6281234567890" || p.Language != "en" || p.Currency != "USD" || !p.MarketingOptIn || p.Version != 2 {
			t.Fatalf("answered %+v, stored %+v", p, stored)
		}
		if _, err := s.Update(t.Context(), actor, 1, user.Changes{Name: &name}); fault.KindOf(err) != fault.PreconditionFailed {
			t.Errorf("an old version: %v", err)
		}
		none, blank, coin := "", "   ", "XXX"
		if p, err = s.Update(t.Context(), actor, 2, user.Changes{Phone: &none}); err != nil || p.Phone != "" || p.Name != "Sari Dewi" {
			t.Errorf("removing the phone: %+v, %v", p, err)
		}
		for name, changes := range map[string]user.Changes{"a blank name": {Name: &blank}, "an unknown currency": {Currency: &coin}} {
			if _, err := s.Update(t.Context(), actor, 3, changes); fault.KindOf(err) != fault.Invalid || err == nil {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}

func TestRacingUpdatesLoseNothing(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		won := 0
		for _, err := range together(10, func(i int) error {
			name := fmt.Sprintf("Sari %d", i)
			_, err := s.Update(t.Context(), actor, 1, user.Changes{Name: &name})
			return err
		}) {
			switch {
			case err == nil:
				won++
			case fault.KindOf(err) != fault.PreconditionFailed:
				t.Error(err)
			}
		}
		if p := s.own(actor); won != 1 || p.Version != 2 {
			t.Fatalf("%d won, version %d", won, p.Version)
		}
	})
}

func TestAddressesAndTheirDefaults(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		first, err := s.AddAddress(t.Context(), actor, home())
		if err != nil {
			t.Fatal(err)
		}
		if !first.DefaultShipping || !first.DefaultBilling || first.Phone != "+6281234567890" {
			t.Fatalf("the first address is %+v", first)
		}
		office := home()
		office.Label, office.DefaultShipping = "Kantor", true
		second, err := s.AddAddress(t.Context(), actor, office)
		if err != nil {
			t.Fatal(err)
		}
		if !second.DefaultShipping || second.DefaultBilling {
			t.Fatalf("the second address is %+v", second)
		}
		again, err := s.Address(t.Context(), actor, first.ID)
		if err != nil || again.DefaultShipping || !again.DefaultBilling || again.Version != 2 {
			t.Fatalf("what lost the default is %+v, %v: its ETag must change too", again, err)
		}
		yes, no, city := true, false, "Sleman"
		if _, err := s.UpdateAddress(t.Context(), actor, second.ID, second.Version, user.AddressChanges{DefaultShipping: &no}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("taking a default away: %v", err)
		}
		changed, err := s.UpdateAddress(t.Context(), actor, first.ID, again.Version, user.AddressChanges{City: &city, DefaultShipping: &yes})
		if err != nil || changed.City != city || !changed.DefaultShipping || changed.Line1 != first.Line1 {
			t.Fatalf("%+v, %v", changed, err)
		}
		if _, err := s.UpdateAddress(t.Context(), actor, first.ID, again.Version, user.AddressChanges{City: &city}); fault.KindOf(err) != fault.PreconditionFailed {
			t.Errorf("an old version: %v", err)
		}
		list, err := s.Addresses(t.Context(), actor, user.Page{Limit: 10})
		if err != nil || len(list) != 2 || list[0].ID != second.ID || list[1].City != city {
			t.Fatalf("%+v, %v", list, err)
		}
		if err := s.RemoveAddress(t.Context(), actor, first.ID); err != nil {
			t.Fatal(err)
		}
		if err := s.RemoveAddress(t.Context(), actor, first.ID); fault.KindOf(err) != fault.NotFound {
			t.Errorf("to remove it again: %v", err)
		}
		if p := s.own(actor); p.DefaultShipping != "" || p.DefaultBilling != "" {
			t.Errorf("the profile still points at a removed address: %+v", p)
		}
	})
}

func TestAddressesAreOnesOwn(t *testing.T) {
	t.Parallel()
	s := small(t)
	sari, budi := s.registered("sari@example.com", "Sari"), s.registered("budi@example.com", "Budi")
	a, err := s.AddAddress(t.Context(), sari, home())
	if err != nil {
		t.Fatal(err)
	}
	city := "Solo"
	if _, err := s.Address(t.Context(), budi, a.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("read: %v", err)
	}
	if _, err := s.UpdateAddress(t.Context(), budi, a.ID, 1, user.AddressChanges{City: &city}); fault.KindOf(err) != fault.NotFound {
		t.Errorf("update: %v", err)
	}
	if err := s.RemoveAddress(t.Context(), budi, a.ID); fault.KindOf(err) != fault.NotFound {
		t.Errorf("remove: %v", err)
	}
	if list, err := s.AddressesOf(t.Context(), sari.ID, user.Page{Limit: 10}); err != nil || len(list) != 1 {
		t.Errorf("staff: %v, %v", list, err)
	}
}

func TestFiftyAddressesAtMost(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		for range 45 {
			if _, err := s.AddAddress(t.Context(), actor, home()); err != nil {
				t.Fatal(err)
			}
		}
		kept := 0
		for _, err := range together(12, func(int) error {
			_, err := s.AddAddress(t.Context(), actor, home())
			return err
		}) {
			switch {
			case err == nil:
				kept++
			case !fault.HasCode(err, userapi.CodeAddressLimit):
				t.Error(err)
			}
		}
		if kept != 5 {
			t.Fatalf("%d of 12 more were kept, there was room for 5", kept)
		}
	})
}

func TestBadAddresses(t *testing.T) {
	t.Parallel()
	s := small(t)
	actor := s.registered("sari@example.com", "Sari")
	for name, test := range map[string]struct {
		change func(*user.Address)
		code   string
	}{
		"blank city":            {func(a *user.Address) { a.City = "  " }, api.CodeInvalid},
		"blank recipient":       {func(a *user.Address) { a.Recipient = "\t" }, api.CodeInvalid},
		"postal code of four":   {func(a *user.Address) { a.PostalCode = "5521" }, userapi.CodePostalCodeInvalid},
		"postal code of words":  {func(a *user.Address) { a.PostalCode = "YOGYA" }, userapi.CodePostalCodeInvalid},
		"unknown country":       {func(a *user.Address) { a.Country = "ZZ" }, userapi.CodeCountryUnknown},
		"region, not a country": {func(a *user.Address) { a.Country = "EU" }, userapi.CodeCountryUnknown},
		"country of old":        {func(a *user.Address) { a.Country = "TP" }, userapi.CodeCountryUnknown},
		"phone too short":       {func(a *user.Address) { a.Phone = "0812" }, userapi.CodePhoneInvalid},
		"phone too long":        {func(a *user.Address) { a.Phone = "+62812345678901234" }, userapi.CodePhoneInvalid},
		"phone without country": {func(a *user.Address) { a.Phone = "812345678" }, userapi.CodePhoneInvalid},
		"phone from nowhere":    {func(a *user.Address) { a.Country, a.PostalCode, a.Phone = "DE", "10115", "030 123456" }, userapi.CodePhoneInvalid},
	} {
		a := home()
		test.change(&a)
		if _, err := s.AddAddress(t.Context(), actor, a); !fault.HasCode(err, test.code) {
			t.Errorf("%s: %v", name, err)
		}
	}
	abroad := home()
	abroad.Country, abroad.PostalCode, abroad.Phone = "SG", "018956", "+65 6123 4567"
	if _, err := s.AddAddress(t.Context(), actor, abroad); err != nil {
		t.Errorf("Singapore: %v", err)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		sari := s.registered("sari.dewi@example.com", "Sari Dewi Lestari")
		budi := s.registered("budi@toko.co.id", "Budi Santoso")
		_ = s.registered("josé@example.com", "José Émile")
		phone := "+62 812-3456-7890"
		if _, err := s.Update(t.Context(), budi, 1, user.Changes{Phone: &phone}); err != nil {
			t.Fatal(err)
		}
		for q, want := range map[string]int{
			"": 3, "sari": 1, "SAR": 1, "dewi les": 1, "les sari": 1, "sari budi": 0, "budi@toko.co.id": 1, "budi@toko": 1,
			"081234": 1, "62812": 1, "example": 2, "émi": 1, "ÉMILE": 1, "e": 2, "ari": 0, "%": 0, "_": 0, "' OR 1=1 --": 0,
		} {
			found, err := s.Find(t.Context(), q, user.Filter{Page: user.Page{Limit: 10}})
			if err != nil || len(found) != want {
				t.Errorf("%q finds %d, want %d (%v)", q, len(found), want, err)
			}
		}
		if _, err := s.Find(t.Context(), strings.Repeat("a ", 9), user.Filter{Page: user.Page{Limit: 1}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("too many words: %v", err)
		}
		if err := s.Erase(t.Context(), sari, 1); err != nil {
			t.Fatal(err)
		}
		for status, want := range map[user.Status]int{user.Active: 2, user.Erased: 1} {
			if found, err := s.Find(t.Context(), "", user.Filter{Status: status, Page: user.Page{Limit: 10}}); err != nil || len(found) != want {
				t.Errorf("%s: %d, %v", status, len(found), err)
			}
		}
		if found, err := s.Find(t.Context(), "sari", user.Filter{Page: user.Page{Limit: 10}}); err != nil || len(found) != 0 {
			t.Errorf("an erased user is still found: %v, %v", found, err)
		}
		middle := s.own(budi).CreatedAt
		if found, err := s.Find(t.Context(), "", user.Filter{CreatedAfter: middle, Page: user.Page{Limit: 10}}); err != nil || len(found) != 2 {
			t.Errorf("created from then on: %d, %v", len(found), err)
		}
		if found, err := s.Find(t.Context(), "", user.Filter{CreatedBefore: middle, Page: user.Page{Limit: 10}}); err != nil || len(found) != 1 {
			t.Errorf("created before: %d, %v", len(found), err)
		}
	})
}

func TestAvatar(t *testing.T) {
	t.Parallel()
	s := small(t)
	actor := s.registered("sari@example.com", "Sari")
	p, err := s.SetAvatar(t.Context(), actor, photo(t, 800, 500))
	if err != nil {
		t.Fatal(err)
	}
	first := p.Avatar
	for _, side := range []int{user.SmallSide, user.LargeSide} {
		data, contentType, size, err := s.Avatar(t.Context(), user.AvatarFile(first, side))
		if err != nil {
			t.Fatal(err)
		}
		read, err := io.ReadAll(data)
		if err != nil || int64(len(read)) != size || contentType != "image/jpeg" {
			t.Fatalf("%d bytes of %s, %v", len(read), contentType, err)
		}
		if err := data.Close(); err != nil {
			t.Error(err)
		}
		if bytes.Contains(read, []byte("GPS")) || bytes.Contains(read, []byte("Exif")) {
			t.Error("the place it was taken at is still in it")
		}
	}
	if p, err = s.SetAvatar(t.Context(), actor, photo(t, 100, 100)); err != nil || p.Avatar == first {
		t.Fatalf("%+v, %v", p, err)
	}
	if _, _, _, err := s.Avatar(t.Context(), user.AvatarFile(first, user.SmallSide)); fault.KindOf(err) != fault.NotFound {
		t.Errorf("the replaced picture: %v", err)
	}
	if err := s.RemoveAvatar(t.Context(), actor); err != nil {
		t.Fatal(err)
	}
	if err := s.RemoveAvatar(t.Context(), actor); err != nil {
		t.Errorf("to remove it again: %v", err)
	}
	for _, name := range []string{"", "x", "../../etc/passwd", strings.Repeat("a", 32) + "-96.svg", strings.Repeat("a", 32) + "-97.jpg", user.AvatarFile(p.Avatar, user.SmallSide)} {
		if _, _, _, err := s.Avatar(t.Context(), name); fault.KindOf(err) != fault.NotFound {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestPicturesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := small(t)
	actor := s.registered("sari@example.com", "Sari")
	good := photo(t, 50, 50)
	for name, test := range map[string]struct {
		data []byte
		kind fault.Kind
	}{
		"nothing":   {nil, fault.Invalid},
		"text":      {[]byte("GIF89a this is no picture"), fault.Invalid},
		"SVG":       {[]byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), fault.Invalid},
		"cut short": {good[:len(good)/2], fault.Invalid},
		"too large": {append(bytes.Clone(good), make([]byte, 5<<20)...), fault.TooLarge},
		"50 Mpx":    {hugePNG(), fault.Invalid},
	} {
		if _, err := s.SetAvatar(t.Context(), actor, test.data); fault.KindOf(err) != test.kind {
			t.Errorf("%s: %v", name, err)
		}
	}
	if p := s.own(actor); p.Avatar != "" || p.Version != 1 {
		t.Errorf("a refused picture changed the profile: %+v", p)
	}
}

// hugePNG claims 10000 × 5000 pixels in a header and holds none.
func hugePNG() []byte {
	return []byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x27\x10\x00\x00\x13\x88\x08\x06\x00\x00\x00\x1b\xc3\x9c\x6b")
}

// brokenFiles fails on the second write.
type brokenFiles struct {
	media.Store
	writes int
}

func (b *brokenFiles) Put(ctx context.Context, key, contentType string, data []byte) error {
	if b.writes++; b.writes == 2 {
		return errLost
	}
	return b.Store.Put(ctx, key, contentType, data)
}

func TestFailedAvatarChangesNothing(t *testing.T) {
	t.Parallel()
	s := small(t)
	actor := s.registered("sari@example.com", "Sari")
	broken := user.New(user.Deps{
		Store: s.store, Accounts: s.accounts, Files: &brokenFiles{Store: s.media}, Opener: pictures.NewOpener(s.media),
		Painter: pictures.NewPainter(), Clock: s.clock,
	})
	if _, err := broken.SetAvatar(t.Context(), actor, photo(t, 50, 50)); fault.KindOf(err) != fault.Internal {
		t.Errorf("got %v", err)
	}
	if p := s.own(actor); p.Avatar != "" {
		t.Errorf("the profile points at half a picture: %+v", p)
	}
}

func TestExportAndErase(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		if _, err := s.AddAddress(t.Context(), actor, home()); err != nil {
			t.Fatal(err)
		}
		p, err := s.SetAvatar(t.Context(), actor, photo(t, 50, 50))
		if err != nil {
			t.Fatal(err)
		}
		export, err := s.Export(t.Context(), actor)
		if err != nil || len(export.Addresses) != 1 || export.Profile.Email != "sari@example.com" || export.MadeAt.IsZero() {
			t.Fatalf("%+v, %v", export, err)
		}
		if err := s.Erase(t.Context(), actor, 1); fault.KindOf(err) != fault.PreconditionFailed {
			t.Errorf("an old version: %v", err)
		}
		s.eventTypes()
		if err := s.Erase(t.Context(), actor, p.Version); err != nil {
			t.Fatal(err)
		}
		if n := s.eventTypes()[userapi.Erased.Name]; n != 1 {
			t.Errorf("%d events", n)
		}
		if _, err := s.Own(t.Context(), actor); !fault.HasCode(err, userapi.CodeErased) || fault.KindOf(err) != fault.Gone {
			t.Errorf("afterwards: %v", err)
		}
		if _, err := s.AddAddress(t.Context(), actor, home()); !fault.HasCode(err, userapi.CodeErased) {
			t.Errorf("an address afterwards: %v", err)
		}
		if err := s.Registered(t.Context(), s.event(actor.ID, "sari@example.com", "Sari")); err != nil {
			t.Fatal(err)
		}
		left, err := s.Profile(t.Context(), actor.ID)
		if err != nil || left.Email+left.Name+left.Phone+left.Avatar+left.DefaultShipping != "" || left.Status != user.Erased {
			t.Errorf("what is left is %+v, %v", left, err)
		}
		if list, err := s.AddressesOf(t.Context(), actor.ID, user.Page{Limit: 10}); err != nil || len(list) != 0 {
			t.Errorf("%d addresses are left, %v", len(list), err)
		}
		if _, _, _, err := s.Avatar(t.Context(), user.AvatarFile(p.Avatar, user.SmallSide)); fault.KindOf(err) != fault.NotFound {
			t.Errorf("the picture is left: %v", err)
		}
	})
}

func TestTimesComeBackExactly(t *testing.T) {
	t.Parallel()
	each(t, func(t *testing.T, s *shop) {
		actor := s.registered("sari@example.com", "Sari")
		a, err := s.AddAddress(t.Context(), actor, home())
		if err != nil {
			t.Fatal(err)
		}
		stored, err := s.Address(t.Context(), actor, a.ID)
		if err != nil || *stored != *a {
			t.Fatalf("stored %+v, answered %+v, %v", stored, a, err)
		}
		if stored.CreatedAt.Location() != time.UTC {
			t.Error("times are not in UTC")
		}
	})
}
