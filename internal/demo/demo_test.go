package demo_test

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"regexp"
	"testing"

	"pasar/internal/demo"
)

func TestCatalogueIsWhole(t *testing.T) {
	t.Parallel()
	shelves := map[string]int{}
	for _, c := range demo.Categories() {
		if c.Name.ID == "" || c.Name.EN == "" {
			t.Errorf("category %s lacks a name", c.Slug)
		}
		shelves[c.Slug] = 0
	}
	slug := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	slugs, skus := map[string]bool{}, map[string]bool{}
	for _, p := range demo.Products() {
		if _, known := shelves[p.Category]; !known {
			t.Errorf("%s stands on unknown shelf %q", p.Slug, p.Category)
		}
		shelves[p.Category]++
		if !slug.MatchString(p.Slug) || slugs[p.Slug] {
			t.Errorf("slug %q is malformed or taken", p.Slug)
		}
		slugs[p.Slug] = true
		for _, text := range []string{p.Name.ID, p.Name.EN, p.Description.ID, p.Description.EN} {
			if text == "" {
				t.Errorf("%s lacks a text", p.Slug)
			}
		}
		if len(p.Variants) == 0 || (len(p.Variants) > 1) != (p.Option.ID != "") {
			t.Errorf("%s: %d variants with option %q", p.Slug, len(p.Variants), p.Option.ID)
		}
		for _, v := range p.Variants {
			if skus[v.SKU] || v.Rupiah <= 0 || v.Grams <= 0 || v.Stock <= 0 {
				t.Errorf("variant %s of %s is taken or not sellable: %+v", v.SKU, p.Slug, v)
			}
			skus[v.SKU] = true
		}
	}
	if len(slugs) < 30 || len(shelves) != 6 {
		t.Errorf("%d products on %d shelves, want at least 30 on 6", len(slugs), len(shelves))
	}
	for shelf, n := range shelves {
		if n == 0 {
			t.Errorf("shelf %s is empty", shelf)
		}
	}
}

func TestPicturesAreDrawn(t *testing.T) {
	t.Parallel()
	drawn := map[demo.Shape]bool{}
	for _, p := range demo.Products() {
		if drawn[p.Art.Shape] {
			continue
		}
		drawn[p.Art.Shape] = true
		raw, err := demo.Picture(t.Context(), p.Art)
		if err != nil {
			t.Fatalf("%s: %v", p.Slug, err)
		}
		img, err := jpeg.Decode(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", p.Slug, err)
		}
		if size := img.Bounds().Size(); size.X != 900 || size.Y != 900 {
			t.Errorf("%s is %v", p.Slug, size)
		}
	}
}

func TestAPictureIsGivenUp(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if raw, err := demo.Picture(ctx, demo.Products()[0].Art); !errors.Is(err, context.Canceled) || raw != nil {
		t.Errorf("%d bytes, %v", len(raw), err)
	}
}
