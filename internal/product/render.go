package product

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"

	"pasar/api/productapi"
	"pasar/internal/platform/events"
	"pasar/internal/platform/fault"
)

// render makes the sizes of an uploaded image. It may be repeated: the same
// picture always lands under the same keys.
func (s *Service) render(ctx context.Context, e events.Event) error {
	job, err := productapi.ImageUploaded.Decode(e)
	if err != nil {
		return events.Poison(err)
	}
	original, done, err := s.unrendered(ctx, job)
	if done || err != nil {
		return err
	}
	made, err := s.renderSizes(ctx, job.ImageID, original)
	if fault.HasCode(err, productapi.CodeImageUnreadable) {
		s.log.WarnContext(ctx, "a picture cannot be read", "image_id", job.ImageID, "error", err)
		return s.finishImage(ctx, job, Failed, nil)
	}
	if err != nil {
		return err
	}
	return s.finishImage(ctx, job, Ready, made)
}

// unrendered returns the original's bytes; done when there is nothing to do.
func (s *Service) unrendered(ctx context.Context, job productapi.ImageUploadedData) (original []byte, done bool, err error) {
	view, err := s.Inspect(ctx, job.ProductID)
	if fault.KindOf(err) == fault.NotFound {
		return nil, true, nil
	}
	if err != nil {
		return nil, false, err
	}
	img := view.image(job.ImageID)
	if img == nil || img.Status != Processing {
		return nil, true, nil
	}
	original, _, err = s.media.Get(ctx, img.Original)
	return original, false, err
}

func (s *Service) renderSizes(ctx context.Context, imageID string, original []byte) (map[string]ImageSize, error) {
	sides := make([]int, len(sizes))
	for i, size := range sizes {
		sides[i] = size.side
	}
	renderings, err := s.pictures.Render(ctx, original, sides)
	if ctx.Err() != nil {
		return nil, ctx.Err() // the event comes again
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Invalid, productapi.CodeImageUnreadable, "The picture cannot be read.")
	}
	made := make(map[string]ImageSize, len(sizes))
	for i, r := range renderings {
		sum := sha256.Sum256(r.Data)
		key := fmt.Sprintf("%s%s/%s-%s%s", pictureUnder, imageID, sizes[i].name, hex.EncodeToString(sum[:6]), r.Extension)
		if err := s.media.Put(ctx, key, r.ContentType, r.Data); err != nil {
			return nil, fmt.Errorf("product: store rendering: %w", err)
		}
		made[sizes[i].name] = ImageSize{Key: key, Width: r.Width, Height: r.Height}
	}
	return made, nil
}

// finishImage writes the outcome, unless the image was deleted meanwhile.
func (s *Service) finishImage(ctx context.Context, job productapi.ImageUploadedData, status ImageStatus, made map[string]ImageSize) error {
	_, err := s.Edit(ctx, job.ProductID, 0, func(p *Product) error {
		img := p.image(job.ImageID)
		if img == nil {
			return notFound("image", job.ImageID)
		}
		img.Status, img.Sizes = status, made
		return nil
	})
	if fault.KindOf(err) != fault.NotFound {
		return err
	}
	for _, size := range made {
		s.discard(ctx, size.Key)
	}
	return nil
}
