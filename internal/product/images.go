package product

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"pasar/api"
	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

const maxAlt = 300

// Sizes are the renderings of every image: the name and its longer side in
// pixels. A small original is not blown up.
var sizes = []struct {
	name string
	side int
}{{"large", 1600}, {"medium", 800}, {"small", 400}, {"thumb", 160}}

// Keys of pictures in the media store. Originals are never served.
const (
	originalsUnder = "originals/"
	pictureUnder   = "products/"
)

// AddImage stores a picture and starts the background work on it.
func (s *Service) AddImage(ctx context.Context, productID string, data []byte, alt Text) (*View, error) {
	if err := checkAlt(alt); err != nil {
		return nil, err
	}
	contentType, extension, err := s.pictures.Inspect(data)
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, productapi.CodeImageUnreadable,
			"The file is no JPEG, PNG or WebP picture of at most 40 megapixels.")
	}
	if _, err := s.Inspect(ctx, productID); err != nil { // before a file is stored for nothing
		return nil, err
	}
	id := api.NewID(api.PrefixImage)
	img := Image{ID: id, Status: Processing, Original: originalsUnder + id + extension, Alt: alt}
	if err := s.media.Put(ctx, img.Original, contentType, data); err != nil {
		return nil, fmt.Errorf("product: store picture: %w", err)
	}
	add := func(p *Product) error {
		p.Images = append(p.Images, img)
		return nil
	}
	view, err := s.edit(ctx, productID, 0, add, func(p *Product, at time.Time) ([]events.Event, error) {
		e, err := productapi.ImageUploaded.New(id, 1, at, productapi.ImageUploadedData{ProductID: p.ID, ImageID: id})
		return []events.Event{e}, err
	})
	if err != nil {
		s.discard(ctx, img.Original)
	}
	return view, err
}

func checkAlt(alt Text) error {
	if utf8.RuneCountInString(alt.ID) > maxAlt || utf8.RuneCountInString(alt.EN) > maxAlt {
		return invalid("#/translations", "too_long", fmt.Sprintf("a description has at most %d characters", maxAlt))
	}
	return nil
}

// discard removes a file that nothing names any more. A failure leaves the file
// behind, which harms nobody.
func (s *Service) discard(ctx context.Context, keys ...string) {
	for _, key := range keys {
		if err := s.media.Delete(context.WithoutCancel(ctx), key); err != nil {
			s.log.WarnContext(ctx, "a picture without a product stays in the media store", "key", key, "error", err)
		}
	}
}

// DescribeImage changes what an image says to those who cannot see it.
func (s *Service) DescribeImage(ctx context.Context, productID, imageID string, version int64, change func(*Text)) (*View, error) {
	return s.Edit(ctx, productID, version, func(p *Product) error {
		img := p.image(imageID)
		if img == nil {
			return notFound("image", imageID)
		}
		change(&img.Alt)
		return checkAlt(img.Alt)
	})
}

// OrderImages puts a product's images in the order of these ids.
func (s *Service) OrderImages(ctx context.Context, productID string, version int64, ids []string) (*View, error) {
	return s.Edit(ctx, productID, version, func(p *Product) error {
		ordered := make([]Image, 0, len(ids))
		for _, id := range ids {
			img := p.image(id)
			if img == nil || slices.ContainsFunc(ordered, func(o Image) bool { return o.ID == id }) {
				return invalid("#/image_ids", "wrong_images", "name each image of the product once")
			}
			ordered = append(ordered, *img)
		}
		if len(ordered) != len(p.Images) {
			return invalid("#/image_ids", "wrong_images", "name each image of the product once")
		}
		p.Images = ordered
		return nil
	})
}

// DeleteImage removes an image and its files.
func (s *Service) DeleteImage(ctx context.Context, productID, imageID string, version int64) (*View, error) {
	var gone []string
	view, err := s.Edit(ctx, productID, version, func(p *Product) error {
		img := p.image(imageID)
		if img == nil {
			return notFound("image", imageID)
		}
		gone = []string{img.Original}
		for _, size := range img.Sizes {
			gone = append(gone, size.Key)
		}
		p.Images = slices.DeleteFunc(p.Images, func(i Image) bool { return i.ID == imageID })
		return nil
	})
	if err == nil {
		s.discard(ctx, gone...)
	}
	return view, err
}

// Picture returns the bytes of a rendering for readers.
func (s *Service) Picture(ctx context.Context, key string) (data []byte, contentType string, err error) {
	if !strings.HasPrefix(key, pictureUnder) {
		return nil, "", notFound("file", key)
	}
	return s.media.Get(ctx, key)
}
