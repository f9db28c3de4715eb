package imaging

import (
	"encoding/binary"
	"image"
	"image/draw"
)

// EXIF (CIPA DC-008) says in tag 0x0112 how a camera was held. The tag goes
// with the rest of the EXIF, so the pixels are turned instead.
const (
	tagOrientation  = 0x0112
	maxJPEGSegments = 64
	maxEXIFEntries  = 256
)

// orientation returns 1 to 8, and 1 for whatever cannot be read.
func orientation(data []byte) int {
	if len(data) < 4 || data[0] != 0xFF || data[1] != 0xD8 {
		return 1
	}
	at := 2
	for range maxJPEGSegments {
		if at+4 > len(data) || data[at] != 0xFF || data[at+1] == 0xDA {
			return 1
		}
		length := int(binary.BigEndian.Uint16(data[at+2:]))
		end := at + 2 + length
		if length < 2 || end > len(data) {
			return 1
		}
		if segment := data[at+4 : end]; data[at+1] == 0xE1 && len(segment) > 6 && string(segment[:6]) == "Exif\x00\x00" {
			return orientationTag(segment[6:])
		}
		at = end
	}
	return 1
}

func orientationTag(tiff []byte) int {
	if len(tiff) < 8 {
		return 1
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int(order.Uint32(tiff[4:]))
	if at < 8 || at+2 > len(tiff) {
		return 1
	}
	entries := min(int(order.Uint16(tiff[at:])), maxEXIFEntries)
	for i := range entries {
		entry := at + 2 + 12*i
		if entry+12 > len(tiff) {
			return 1
		}
		if order.Uint16(tiff[entry:]) == tagOrientation {
			if value := int(order.Uint16(tiff[entry+8:])); value >= 1 && value <= 8 {
				return value
			}
			return 1
		}
	}
	return 1
}

// upright turns and mirrors img as its orientation asks.
func upright(img image.Image, orientation int) image.Image {
	if orientation == 1 {
		return img
	}
	bounds := img.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	source := image.NewRGBA(image.Rect(0, 0, width, height))
	draw.Draw(source, source.Bounds(), img, bounds.Min, draw.Src)
	outWidth, outHeight := width, height
	if orientation >= 5 {
		outWidth, outHeight = height, width
	}
	out := image.NewRGBA(image.Rect(0, 0, outWidth, outHeight))
	for y := range height {
		for x := range width {
			toX, toY := turned(x, y, width, height, orientation)
			copy(out.Pix[out.PixOffset(toX, toY):][:4], source.Pix[source.PixOffset(x, y):][:4])
		}
	}
	return out
}

// turned returns where a pixel goes.
func turned(x, y, width, height, orientation int) (int, int) {
	switch orientation {
	case 2:
		return width - 1 - x, y
	case 3:
		return width - 1 - x, height - 1 - y
	case 4:
		return x, height - 1 - y
	case 5:
		return y, x
	case 6:
		return height - 1 - y, x
	case 7:
		return height - 1 - y, width - 1 - x
	case 8:
		return y, width - 1 - x
	}
	return x, y
}
