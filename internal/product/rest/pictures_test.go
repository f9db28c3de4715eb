package rest_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"pasar/api"
	"pasar/api/orderapi"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/events/eventstest"
	"pasar/internal/platform/sqldb"
)

// started connects the shop to a bus and returns a channel that tells of every
// event that the shop has stated.
func (s *shop) started() <-chan events.Event {
	s.t.Helper()
	told := make(chan events.Event, 100)
	bus := eventstest.New(s.t)
	bus.AddOutbox("product", s.db)
	bus.Subscribe(s.heart.Consumers()...)
	bus.Subscribe(events.Consumer{
		Name: "test.listener", Types: []string{productapi.ProductChanged.Name, productapi.StockChanged.Name, productapi.StockShort.Name},
		Handle: func(_ context.Context, e events.Event) error { told <- e; return nil },
	})
	if err := bus.Start(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	return told
}

// until waits for events until done says so.
func until(t testing.TB, told <-chan events.Event, done func() bool) {
	t.Helper()
	late := time.After(20 * time.Second)
	for !done() {
		select {
		case <-told:
		case <-late:
			t.Fatal("it did not happen within 20 s")
		}
	}
}

// drawing is a PNG of this size.
func drawing(t testing.TB, width, height int) string {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			img.Set(x, y, color.RGBA{R: uint8(x), G: uint8(y), A: 255})
		}
	}
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestPictures(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	told := s.started()
	var p productapi.Product
	path := "/v1/products/" + s.get("/v1/products/gayo").ID
	s.do("POST", path+"/images?alt_id=Sekantong+kopi&alt_en=A+bag+of+coffee", drawing(t, 900, 600), asCatalog, "Content-Type: image/png").into(201, &p)
	if len(p.Images) != 1 || p.Images[0].Status != "processing" || p.Images[0].Alts.EN != "A bag of coffee" {
		t.Fatalf("uploaded: %+v", p.Images)
	}
	form, media := formOf(t, drawing(t, 100, 300))
	s.do("POST", path+"/images", form, asCatalog, "Content-Type: "+media).is(201)
	// A head that looks right and nothing behind it: found out in the background.
	s.do("POST", path+"/images", drawing(t, 200, 200)[:120], asCatalog, "Content-Type: image/png").is(201)
	until(t, told, func() bool {
		p = s.get(path)
		return p.Images[0].Status == "ready" && p.Images[1].Status == "ready" && p.Images[2].Status == "failed"
	})
	wide, tall := p.Images[0], p.Images[1]
	if got := fmt.Sprint(wide.Sizes["thumb"].Width, wide.Sizes["thumb"].Height, wide.Sizes["large"].Width, tall.Sizes["small"].Height, tall.Sizes["thumb"].Width); got != "160 106 900 300 53" {
		t.Errorf("sizes: %s", got)
	}
	if wide.Alt != "Sekantong kopi" || wide.Alts != nil {
		t.Errorf("alt: %+v", wide)
	}
	file := s.do("GET", wide.Sizes["medium"].URL, "")
	file.is(200)
	for name, want := range map[string]string{
		"Content-Type": "image/jpeg", "X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable",
	} {
		if got := file.Header().Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if got := s.do("GET", wide.Sizes["medium"].URL, "", "If-None-Match: "+file.Header().Get("ETag")); got.Code != 304 {
		t.Errorf("revalidated: %d", got.Code)
	}
	if l := s.list(""); l.Data[0].Image == nil || l.Data[0].Image.Sizes["small"].URL == "" {
		t.Errorf("the list shows %+v", l.Data[0].Image)
	}
	match := func() string { return fmt.Sprintf(`If-Match: "%d"`, p.Version) }
	s.do("PATCH", path+"/images/"+tall.ID, `{"translations":{"id":"Tinggi"}}`, asCatalog, match()).into(200, &p)
	s.do("PUT", path+"/images/order", fmt.Sprintf(`{"image_ids":[%q,%q,%q]}`, tall.ID, p.Images[2].ID, wide.ID), asCatalog, match()).into(200, &p)
	if p.Images[0].ID != tall.ID || p.Images[0].Alts.ID != "Tinggi" {
		t.Errorf("ordered: %+v", p.Images)
	}
	s.do("DELETE", path+"/images/"+wide.ID, "", asCatalog, match()).into(200, &p)
	if len(p.Images) != 2 {
		t.Errorf("left: %+v", p.Images)
	}
	s.do("GET", wide.Sizes["medium"].URL, "").problem(404, api.CodeNotFound, "")
}

func formOf(t testing.TB, file string) (body, contentType string) {
	t.Helper()
	var out bytes.Buffer
	form := multipart.NewWriter(&out)
	part, err := form.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="kopi.png"`}, "Content-Type": {"image/png"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write([]byte(file)); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String(), form.FormDataContentType()
}

func TestPicturesThatAreRefused(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	path := "/v1/products/" + s.get("/v1/products/gayo").ID + "/images"
	s.do("POST", path, "not a picture", asCatalog, "Content-Type: image/png").problem(422, productapi.CodeImageUnreadable, "")
	s.do("POST", path, "<svg/>", asCatalog, "Content-Type: image/svg+xml").problem(415, api.CodeUnsupportedMedia, "")
	s.do("POST", path, strings.Repeat("x", productapi.MaxImageBytes+1), asCatalog, "Content-Type: image/png").problem(413, api.CodeTooLarge, "")
	s.do("POST", path, drawing(t, 10, 10), "Content-Type: image/png").problem(401, api.CodeUnauthenticated, "")
	for range 20 {
		s.do("POST", path, drawing(t, 10, 10), asCatalog, "Content-Type: image/png").is(201)
	}
	s.do("POST", path, drawing(t, 10, 10), asCatalog, "Content-Type: image/png").problem(409, productapi.CodeCatalogueLimit, "")
}

// A confirmed order that arrives by the bus sells what it held.
func TestOrdersArriveByTheBus(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.seed(thing("gayo", "kopi", "Gayo", 45000, 3))
	told := s.started()
	variant := s.get("/v1/products/gayo").Variants[0].ID
	confirm := func(quantity int64) {
		t.Helper()
		id := api.NewID(api.PrefixOrder)
		e, err := orderapi.OrderConfirmed.New(id, 2, time.Now(), orderapi.OrderData{
			OrderID: id, Lines: []orderapi.LineData{{VariantID: variant, Quantity: quantity}},
		})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.db.InTx(t.Context(), func(tx *sqldb.Tx) error { return tx.Emit(e) }); err != nil {
			t.Fatal(err)
		}
	}
	confirm(2)
	until(t, told, func() bool { return s.get("/v1/products/gayo").Variants[0].Available == 1 })
	confirm(2)
	for e := range told {
		if e.Type == productapi.StockShort.Name {
			break
		}
	}
	if p := s.get("/v1/products/gayo"); p.Variants[0].Available != 1 {
		t.Errorf("%d available, want 1", p.Variants[0].Available)
	}
}
