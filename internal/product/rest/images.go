package rest

import (
	"context"

	"pasar/api/productapi"
	"pasar/internal/platform/rest"
	"pasar/internal/product"
)

// UploadImage adds a picture.
func (s *Server) UploadImage(ctx context.Context, in *productapi.UploadImageInput) (*productapi.Product, error) {
	return s.forStaff(s.shop.AddImage(ctx, in.ID, in.RawBody, product.Text{ID: in.AltID, EN: in.AltEN}))
}

// UpdateImage describes a picture.
func (s *Server) UpdateImage(ctx context.Context, in *productapi.UpdateImageInput) (*productapi.Product, error) {
	version := productapi.RowVersion(in.Version())
	return s.forStaff(s.shop.DescribeImage(ctx, in.ID, in.ImageID, version, func(alt *product.Text) {
		if t := in.Body.Alt; t != nil {
			set(&alt.ID, t.ID)
			set(&alt.EN, t.EN)
		}
	}))
}

// OrderImages puts a product's pictures in order.
func (s *Server) OrderImages(ctx context.Context, in *productapi.OrderImagesInput) (*productapi.Product, error) {
	return s.forStaff(s.shop.OrderImages(ctx, in.ID, productapi.RowVersion(in.Version()), in.Body.ImageIDs))
}

// DeleteImage removes a picture.
func (s *Server) DeleteImage(ctx context.Context, in *productapi.DeleteImageInput) (*productapi.Product, error) {
	return s.forStaff(s.shop.DeleteImage(ctx, in.ID, in.ImageID, productapi.RowVersion(in.Version())))
}

// GetMedia answers the bytes of a picture. Its key names its content, so it
// never changes.
func (s *Server) GetMedia(ctx context.Context, in *productapi.GetMediaInput) (*rest.Blob, error) {
	data, contentType, err := s.shop.Picture(ctx, in.Key)
	if err != nil {
		return nil, err
	}
	return &rest.Blob{ContentType: contentType, Data: data, ETag: `"` + in.Key + `"`}, nil
}
