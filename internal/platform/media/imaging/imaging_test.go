package imaging_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"pasar/internal/platform/media/imaging"
)

// half is red on its left and blue on its right.
func half(width, height int, alpha uint8) *image.NRGBA {
	img := image.NewNRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			c := color.NRGBA{R: 255, A: alpha}
			if x >= width/2 {
				c = color.NRGBA{B: 255, A: alpha}
			}
			img.SetNRGBA(x, y, c)
		}
	}
	return img
}

func asJPEG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func asPNG(t *testing.T, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// withEXIF puts an orientation and a telling text into a JPEG.
func withEXIF(original []byte, orientation uint16) []byte {
	tiff := []byte("II*\x00\x08\x00\x00\x00\x01\x00")
	entry := make([]byte, 12)
	binary.LittleEndian.PutUint16(entry, 0x0112)
	binary.LittleEndian.PutUint16(entry[2:], 3)
	binary.LittleEndian.PutUint32(entry[4:], 1)
	binary.LittleEndian.PutUint16(entry[8:], orientation)
	payload := append([]byte("Exif\x00\x00"), append(append(tiff, entry...), []byte("\x00\x00\x00\x00GPS 6.2S 106.8E")...)...)
	segment := []byte{0xFF, 0xE1, 0, 0}
	binary.BigEndian.PutUint16(segment[2:], uint16(len(payload)+2))
	return append(append(append(append([]byte{}, original[:2]...), segment...), payload...), original[2:]...)
}

func TestEXIFIsAppliedAndGone(t *testing.T) {
	t.Parallel()
	// 6: the camera was turned, so what was left is up.
	picture, err := imaging.Decode(withEXIF(asJPEG(t, half(40, 20, 255)), 6), imaging.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if w, h := picture.Size(); w != 20 || h != 40 {
		t.Fatalf("%d × %d, want 20 × 40", w, h)
	}
	data, contentType, extension, err := picture.Encode()
	if err != nil || contentType != "image/jpeg" || extension != ".jpg" {
		t.Fatal(contentType, extension, err)
	}
	if bytes.Contains(data, []byte("GPS")) || bytes.Contains(data, []byte("Exif")) {
		t.Error("EXIF survived")
	}
	img, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if r, _, b, _ := img.At(10, 5).RGBA(); r < b {
		t.Error("the top is not what was left")
	}
}

func TestSizes(t *testing.T) {
	t.Parallel()
	picture, err := imaging.Decode(asPNG(t, half(300, 100, 128)), imaging.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		got           *imaging.Picture
		width, height int
	}{
		"fit": {picture.Fit(150), 150, 50}, "not larger": {picture.Fit(900), 300, 100}, "square": {picture.Square(64), 64, 64},
	} {
		if w, h := c.got.Size(); w != c.width || h != c.height {
			t.Errorf("%s: %d × %d", name, w, h)
		}
		if _, contentType, _, err := c.got.Encode(); err != nil || contentType != "image/png" {
			t.Errorf("%s: a see-through picture became %s: %v", name, contentType, err)
		}
	}
}

func TestLargePicturesAreHalvedOnce(t *testing.T) {
	t.Parallel()
	img := image.NewYCbCr(image.Rect(0, 0, 6000, 1500), image.YCbCrSubsampleRatio420)
	for i := range img.Cb { // red left, blue right
		img.Cb[i], img.Cr[i] = 90, 240
		if i%img.CStride >= img.CStride/2 {
			img.Cb[i], img.Cr[i] = 240, 110
		}
	}
	for i := range img.Y {
		img.Y[i] = 80
	}
	picture, err := imaging.Decode(withEXIF(asJPEG(t, img), 6), imaging.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if w, h := picture.Size(); w != 750 || h != 3000 {
		t.Errorf("%d × %d, want 750 × 3000", w, h)
	}
	data, _, _, err := picture.Fit(100).Encode()
	if err != nil {
		t.Fatal(err)
	}
	small, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	if got := small.Bounds().Size(); got != image.Pt(25, 100) {
		t.Errorf("fitted to %s", got)
	}
	if r, _, b, _ := small.At(12, 10).RGBA(); r < b {
		t.Error("the top is not what was left")
	}
	if r, _, b, _ := small.At(12, 90).RGBA(); r > b {
		t.Error("the bottom is not what was right")
	}
}

func BenchmarkFitTwelveMegapixels(b *testing.B) {
	var out bytes.Buffer
	if err := jpeg.Encode(&out, image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420), nil); err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		picture, err := imaging.Decode(out.Bytes(), imaging.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		picture.Fit(1200).Fit(600).Fit(200)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	good := asPNG(t, half(10, 10, 255))
	for name, c := range map[string]struct {
		data   []byte
		limits imaging.Limits
		want   error
	}{
		"text":      {[]byte("hello"), imaging.Limits{}, imaging.ErrFormat},
		"empty":     {nil, imaging.Limits{}, imaging.ErrFormat},
		"svg":       {[]byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`), imaging.Limits{}, imaging.ErrFormat},
		"cut short": {good[:len(good)/2], imaging.Limits{}, imaging.ErrFormat},
		"bytes":     {good, imaging.Limits{Bytes: 20}, imaging.ErrTooLarge},
		"pixels":    {good, imaging.Limits{Pixels: 99}, imaging.ErrTooMany},
		"bomb":      {bomb(), imaging.Limits{}, imaging.ErrTooMany},
	} {
		if _, err := imaging.Decode(c.data, c.limits); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// bomb is a PNG header that promises 60000 × 60000 pixels.
func bomb() []byte {
	chunk := []byte("IHDR\x00\x00\xea\x60\x00\x00\xea\x60\x08\x06\x00\x00\x00")
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), chunk...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(chunk))
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00II*\x00\x08\x00\x00\x00"))
	f.Add(bomb())
	f.Fuzz(func(_ *testing.T, data []byte) {
		// Whatever comes, it must not panic.
		_, _ = imaging.Decode(data, imaging.Limits{Bytes: 1 << 16, Pixels: 1 << 16})
	})
}
