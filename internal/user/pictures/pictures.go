// Package pictures makes and reads avatars for the user service: the imaging
// and media kits in the words of its heart.
package pictures

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"pasar/api"
	"pasar/api/userapi"
	"pasar/internal/platform/fault"
	"pasar/internal/platform/media"
	"pasar/internal/platform/media/imaging"
	"pasar/internal/user"
)

const (
	maxBytes  = 5 << 20
	maxPixels = 40_000_000

	// One picture at its limit takes some 200 MB while it is decoded.
	atOnce = 1
	queue  = 16
)

// Painter makes avatars, one at a time.
type Painter struct {
	slots chan struct{}
	turns chan struct{} // who works or waits
}

var _ user.Painter = (*Painter)(nil)

// NewPainter returns a Painter.
func NewPainter() *Painter {
	return &Painter{slots: make(chan struct{}, atOnce), turns: make(chan struct{}, atOnce+queue)}
}

// Squares makes squares of a picture from a stranger.
func (p *Painter) Squares(ctx context.Context, original []byte, sides ...int) ([]user.Picture, error) {
	select {
	case p.turns <- struct{}{}:
		defer func() { <-p.turns }()
	default:
		return nil, fault.New(fault.Unavailable, api.CodeUnavailable, "Too many pictures are being made at this moment; try again.").After(2 * time.Second)
	}
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return squares(original, sides)
}

func squares(original []byte, sides []int) ([]user.Picture, error) {
	decoded, err := imaging.Decode(original, imaging.Limits{Bytes: maxBytes, Pixels: maxPixels})
	if err != nil {
		return nil, refusal(err)
	}
	pictures := make([]user.Picture, len(sides))
	for i, side := range sides {
		data, contentType, extension, err := decoded.Square(side).Encode()
		if err != nil {
			return nil, err
		}
		pictures[i] = user.Picture{Side: side, ContentType: contentType, Extension: extension, Data: data}
	}
	return pictures, nil
}

func refusal(err error) error {
	detail := "This is not a picture that can be read: send a JPEG, PNG, GIF or WebP file."
	switch {
	case errors.Is(err, imaging.ErrTooLarge):
		return fault.Wrap(err, fault.TooLarge, api.CodeTooLarge, "A picture may have at most 5 MiB.")
	case errors.Is(err, imaging.ErrTooMany):
		detail = "A picture may have at most 40 megapixels."
	case !errors.Is(err, imaging.ErrFormat):
		return err
	}
	return fault.Wrap(err, fault.Invalid, userapi.CodePictureInvalid, detail).At("#", "wrong_format", "not a usable picture")
}

// Opener reads avatars from a media store.
type Opener struct{ store media.Store }

var _ user.Opener = Opener{}

// NewOpener returns an Opener.
func NewOpener(store media.Store) Opener { return Opener{store: store} }

// Open returns a file, to be closed by the caller.
func (o Opener) Open(ctx context.Context, key string) (io.ReadCloser, string, int64, error) {
	data, info, err := o.store.Open(ctx, key)
	if errors.Is(err, media.ErrNotFound) {
		return nil, "", 0, user.ErrNotFound
	}
	if err != nil {
		return nil, "", 0, fmt.Errorf("user: open a picture: %w", err)
	}
	return data, info.ContentType, info.Size, nil
}
