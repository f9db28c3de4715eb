// Package imaging takes pictures from strangers: it looks at the bytes and not
// at what they are called, refuses what would exhaust memory before decoding
// it, and writes every picture anew, so that nothing hidden in the original
// (EXIF, a second file) survives.
package imaging

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif" // decoder
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // decoder
)

// Limits bound what is decoded.
type Limits struct {
	Bytes  int // default 10 MiB
	Pixels int // default 40 million
}

const (
	defaultBytes  = 10 << 20
	defaultPixels = 40_000_000
	jpegQuality   = 85

	// workingSide is more than any screen shows of a picture. One that is twice as
	// large is halved at once: turning 40 million pixels takes half a gigabyte.
	workingSide = 2560
)

// The reasons a picture is refused.
var (
	ErrTooLarge = errors.New("imaging: the file is too large")
	ErrTooMany  = errors.New("imaging: the picture has too many pixels")
	ErrFormat   = errors.New("imaging: not a JPEG, PNG, GIF or WebP picture")
)

// Picture is a decoded picture.
type Picture struct {
	img    image.Image
	opaque bool
}

// Decode reads a JPEG, PNG, GIF (its first frame) or WebP picture. Errors wrap
// ErrTooLarge, ErrTooMany or ErrFormat.
func Decode(data []byte, limits Limits) (*Picture, error) {
	if limits.Bytes == 0 {
		limits.Bytes = defaultBytes
	}
	if limits.Pixels == 0 {
		limits.Pixels = defaultPixels
	}
	if len(data) > limits.Bytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooLarge, len(data), limits.Bytes)
	}
	header, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	if header.Width <= 0 || header.Height <= 0 || header.Width > limits.Pixels/header.Height {
		return nil, fmt.Errorf("%w: %d × %d, at most %d", ErrTooMany, header.Width, header.Height, limits.Pixels)
	}
	img, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrFormat, err)
	}
	opaque, known := img.(interface{ Opaque() bool })
	img = upright(halved(img, workingSide), orientation(data))
	return &Picture{img: img, opaque: known && opaque.Opaque()}, nil
}

// Size returns width and height in pixels: of the original, unless that was so
// large that it was halved.
func (p *Picture) Size() (width, height int) {
	bounds := p.img.Bounds()
	return bounds.Dx(), bounds.Dy()
}

// Fit returns the picture scaled down to fit a square of this side; it is
// never scaled up.
func (p *Picture) Fit(side int) *Picture {
	width, height := p.Size()
	if width <= side && height <= side {
		return p
	}
	if width >= height {
		return p.scale(p.img.Bounds(), side, max(1, height*side/width))
	}
	return p.scale(p.img.Bounds(), max(1, width*side/height), side)
}

// Square returns the middle of the picture as a square of this side.
func (p *Picture) Square(side int) *Picture {
	bounds := p.img.Bounds()
	edge := min(bounds.Dx(), bounds.Dy())
	corner := bounds.Min.Add(image.Pt((bounds.Dx()-edge)/2, (bounds.Dy()-edge)/2))
	return p.scale(image.Rectangle{Min: corner, Max: corner.Add(image.Pt(edge, edge))}, side, side)
}

func (p *Picture) scale(from image.Rectangle, width, height int) *Picture {
	out := image.NewRGBA(image.Rect(0, 0, width, height))
	img := p.img
	if from == img.Bounds() { // the last step is the costly one: let it start from little
		img = halved(img, max(width, height))
		from = img.Bounds()
	}
	draw.CatmullRom.Scale(out, out.Bounds(), img, from, draw.Src, nil)
	return &Picture{img: out, opaque: p.opaque}
}

// halved returns img at half its size, again and again for as long as its longer
// side stays at least side. Each pixel is the mean of four, so nothing aliases.
func halved(img image.Image, side int) image.Image {
	for {
		width, height := img.Bounds().Dx()/2, img.Bounds().Dy()/2
		if max(width, height) < side || min(width, height) < 1 {
			return img
		}
		half := image.NewRGBA(image.Rect(0, 0, width, height))
		draw.ApproxBiLinear.Scale(half, half.Bounds(), img, img.Bounds(), draw.Src, nil)
		img = half
	}
}

// Encode writes the picture: JPEG when it is opaque, PNG when it is not. The
// extension begins with a dot.
func (p *Picture) Encode() (data []byte, contentType, extension string, err error) {
	var out bytes.Buffer
	if p.opaque {
		err = jpeg.Encode(&out, p.img, &jpeg.Options{Quality: jpegQuality})
		contentType, extension = "image/jpeg", ".jpg"
	} else {
		err = png.Encode(&out, p.img)
		contentType, extension = "image/png", ".png"
	}
	if err != nil {
		return nil, "", "", fmt.Errorf("imaging: encode: %w", err)
	}
	return out.Bytes(), contentType, extension, nil
}
