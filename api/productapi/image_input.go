package productapi

import "pasar/internal/platform/rest"

// UploadImageInput carries one picture, as it is or in a form.
type UploadImageInput struct {
	ID      string `path:"id" prefix:"prd"`
	AltID   string `query:"alt_id" maxLength:"300" doc:"What the picture shows, in Indonesian"`
	AltEN   string `query:"alt_en" maxLength:"300" doc:"What the picture shows, in English"`
	RawBody []byte `contentType:"image/jpeg,image/png,image/webp,multipart/form-data"`
}

// UpdateImageInput is a merge patch of an image, guarded by the product's ETag.
type UpdateImageInput struct {
	ID      string `path:"id" prefix:"prd"`
	ImageID string `path:"image_id" prefix:"img"`
	rest.IfMatch
	Body struct {
		Alt *AltPatch `json:"translations,omitempty"`
	} `contentType:"application/merge-patch+json"`
}

// AltPatch changes an image's description in one language or both.
type AltPatch struct {
	ID *string `json:"id,omitempty" maxLength:"300"`
	EN *string `json:"en,omitempty" maxLength:"300"`
}

// OrderImagesInput lists all images of a product in their new order.
type OrderImagesInput struct {
	ID string `path:"id" prefix:"prd"`
	rest.IfMatch
	Body struct {
		ImageIDs []string `json:"image_ids" prefix:"img" minItems:"1" maxItems:"20" nullable:"false"`
	}
}

// DeleteImageInput names an image of a product.
type DeleteImageInput struct {
	ID      string `path:"id" prefix:"prd"`
	ImageID string `path:"image_id" prefix:"img"`
	rest.IfMatch
}

// GetMediaInput names a file by the path in its URL.
type GetMediaInput struct {
	Key string `path:"key" maxLength:"200"`
}
