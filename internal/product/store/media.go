package store

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"io"

	"pasar/api"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/platform/media/imaging"
	"pasar/internal/product"
)

// Media keeps the pictures of products in a media store.
type Media struct{ files media.Store }

var _ product.Media = Media{}

// NewMedia returns the pictures in files.
func NewMedia(files media.Store) Media { return Media{files: files} }

// Put stores a file.
func (m Media) Put(ctx context.Context, key, contentType string, data []byte) error {
	return m.files.Put(ctx, key, contentType, data)
}

// Get returns a file.
func (m Media) Get(ctx context.Context, key string) (data []byte, contentType string, err error) {
	file, info, err := m.files.Open(ctx, key)
	if errors.Is(err, media.ErrNotFound) {
		return nil, "", fault.Wrap(err, fault.NotFound, api.CodeNotFound, "There is no such file.")
	}
	if err != nil {
		return nil, "", err
	}
	data, err = io.ReadAll(file) // our own files, whose size we chose
	return data, info.ContentType, errors.Join(err, file.Close())
}

// Delete removes a file.
func (m Media) Delete(ctx context.Context, key string) error { return m.files.Delete(ctx, key) }

// Pictures understands JPEG, PNG and WebP.
type Pictures struct{}

var _ product.Pictures = Pictures{}

const maxPixels = 40_000_000

// Inspect looks at the head of a file.
func (Pictures) Inspect(data []byte) (contentType, extension string, err error) {
	header, format, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return "", "", err
	}
	if header.Width <= 0 || header.Height <= 0 || header.Width > maxPixels/header.Height {
		return "", "", fmt.Errorf("the picture has %d × %d pixels, at most %d are taken", header.Width, header.Height, maxPixels)
	}
	switch format {
	case "jpeg":
		return "image/jpeg", ".jpg", nil
	case "png":
		return "image/png", ".png", nil
	case "webp":
		return "image/webp", ".webp", nil
	}
	return "", "", fmt.Errorf("%s pictures are not taken", format)
}

// Render makes smaller and smaller pictures, each from the one before.
func (Pictures) Render(ctx context.Context, data []byte, sides []int) ([]product.Rendering, error) {
	picture, err := imaging.Decode(data, imaging.Limits{Pixels: maxPixels})
	if err != nil {
		return nil, err
	}
	made := make([]product.Rendering, len(sides))
	for i, side := range sides {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		picture = picture.Fit(side)
		r := &made[i]
		r.Width, r.Height = picture.Size()
		if r.Data, r.ContentType, r.Extension, err = picture.Encode(); err != nil {
			return nil, err
		}
	}
	return made, nil
}
