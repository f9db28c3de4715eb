package demo

import (
	"bytes"
	"context"
	"fmt"
	"image/color"
	"image/jpeg"
	"math"
)

// Shape is the kind of thing a picture shows.
type Shape uint8

// The shapes that can be drawn.
const (
	Bag Shape = iota
	Cup
	Tin
	Pouch
	Jar
	Box
	Cloth
	Basket
	Lamp
	Board
	Bowl
	Bottle
)

const (
	pictureSide    = 900
	pictureQuality = 85
)

// Picture draws a product as a square JPEG. The same art always gives the same
// bytes. It gives up when ctx ends.
func Picture(ctx context.Context, art Art) ([]byte, error) {
	c := newCanvas(ctx, pictureSide)
	ink, mark := rgb(art.Ink), rgb(art.Mark)
	c.backdrop(lighter(mark, 0.82), lighter(ink, 0.72))
	c.ellipse(color.RGBA{A: 38}, 50, 83, 31, 5)
	painters[art.Shape](c, ink, mark)
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("demo: draw picture: %w", err)
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, c.img, &jpeg.Options{Quality: pictureQuality}); err != nil {
		return nil, fmt.Errorf("demo: encode picture: %w", err)
	}
	return out.Bytes(), nil
}

var painters = map[Shape]func(c *canvas, ink, mark color.RGBA){
	Bag: paintBag, Cup: paintCup, Tin: paintTin, Pouch: paintPouch, Jar: paintJar, Box: paintBox,
	Cloth: paintCloth, Basket: paintBasket, Lamp: paintLamp, Board: paintBoard, Bowl: paintBowl, Bottle: paintBottle,
}

func paintBag(c *canvas, ink, mark color.RGBA) {
	c.polygon(ink, point{29, 24}, point{71, 24}, point{74, 82}, point{26, 82})
	c.polygon(darker(ink, 0.25), point{29, 24}, point{71, 24}, point{70, 17}, point{30, 17})
	c.polygon(lighter(ink, 0.12), point{64, 24}, point{71, 24}, point{74, 82}, point{68, 82})
	c.box(lighter(mark, 0.55), 36, 38, 28, 32, 3)
	c.ellipse(ink, 50, 51, 7, 9) // a bean with its seam
	c.polygon(lighter(mark, 0.55), point{49, 42}, point{51.5, 47}, point{49, 53}, point{50.5, 60}, point{48.5, 60}, point{47, 53}, point{49.5, 47})
	c.box(mark, 40, 63, 20, 2.5, 1)
}

func paintCup(c *canvas, ink, mark color.RGBA) {
	c.ring(darker(ink, 0.1), 70, 55, 12, 13, 5)
	c.polygon(ink, point{28, 38}, point{72, 38}, point{67, 76}, point{60, 81}, point{40, 81}, point{33, 76})
	c.ellipse(darker(ink, 0.2), 50, 38, 22, 6)
	c.ellipse(rgb(0x3b2417), 50, 39, 18.5, 4.4)
	c.polygon(lighter(ink, 0.18), point{31, 44}, point{36, 44}, point{39, 77}, point{35, 74})
	for i, x := range []float32{41, 50, 59} { // steam
		sway := float32(i-1) * 1.5
		c.polygon(color.RGBA{R: mark.R / 2, G: mark.G / 2, B: mark.B / 2, A: 128},
			point{x, 31}, point{x + 3 + sway, 25}, point{x, 19}, point{x + 2, 13}, point{x + 3, 19}, point{x + 6 + sway, 25}, point{x + 2, 31})
	}
}

func paintTin(c *canvas, ink, mark color.RGBA) {
	c.box(ink, 30, 27, 40, 55, 3)
	c.ellipse(darker(ink, 0.15), 50, 82, 20, 3.5)
	c.box(darker(ink, 0.3), 28.5, 21, 43, 9, 2.5)
	c.box(lighter(ink, 0.2), 33, 31, 4, 48, 2)
	c.ellipse(mark, 50, 55, 13, 13)
	for petal := range 6 {
		angle := float64(petal) * math.Pi / 3
		c.ellipse(ink, 50+6.4*float32(math.Cos(angle)), 55+6.4*float32(math.Sin(angle)), 3.6, 3.6)
	}
	c.ellipse(darker(mark, 0.25), 50, 55, 3, 3)
}

func paintPouch(c *canvas, ink, mark color.RGBA) {
	c.polygon(ink, point{30, 22}, point{70, 22}, point{67, 33}, point{76, 80}, point{24, 80}, point{33, 33})
	c.polygon(darker(ink, 0.22), point{32, 30}, point{68, 30}, point{67, 34}, point{33, 34})
	c.ellipse(lighter(mark, 0.25), 50, 58, 15, 15)
	c.polygon(ink, point{50, 46}, point{57, 57}, point{50, 70}, point{43, 57})
	c.polygon(lighter(mark, 0.25), point{49.4, 50}, point{50.6, 50}, point{50.6, 70}, point{49.4, 70})
}

func paintJar(c *canvas, ink, mark color.RGBA) {
	c.box(lighter(ink, 0.55), 28, 32, 44, 50, 8)
	c.box(ink, 31, 40, 38, 39, 6)
	c.box(darker(mark, 0.35), 31, 21, 38, 12, 3)
	c.box(darker(mark, 0.5), 31, 29, 38, 2, 0.5)
	c.box(lighter(mark, 0.6), 35, 49, 30, 20, 2)
	c.box(ink, 39, 54, 22, 3, 1)
	c.box(ink, 42, 60, 16, 2.4, 1)
	c.box(color.RGBA{R: 90, G: 90, B: 90, A: 90}, 33, 37, 3, 36, 1.5)
}

func paintBox(c *canvas, ink, mark color.RGBA) {
	c.polygon(ink, point{24, 36}, point{62, 36}, point{62, 82}, point{24, 82})
	c.polygon(darker(ink, 0.25), point{62, 36}, point{77, 28}, point{77, 72}, point{62, 82})
	c.polygon(lighter(ink, 0.15), point{24, 36}, point{39, 28}, point{77, 28}, point{62, 36})
	c.box(mark, 24, 55, 38, 9, 0.5)
	c.polygon(darker(mark, 0.25), point{62, 55}, point{77, 47}, point{77, 55.5}, point{62, 64})
	c.ellipse(ink, 43, 59.5, 3, 3)
}

func paintCloth(c *canvas, ink, mark color.RGBA) {
	c.polygon(ink, point{25, 24}, point{75, 20}, point{78, 78}, point{28, 82})
	for row := range 5 {
		for column := range 4 {
			x := 34 + float32(column)*11 + float32(row)*0.6
			y := 32 + float32(row)*10.6 - float32(column)*0.9
			c.polygon(mark, point{x, y - 4.2}, point{x + 4, y}, point{x, y + 4.2}, point{x - 4, y})
			c.polygon(ink, point{x, y - 2}, point{x + 1.9, y}, point{x, y + 2}, point{x - 1.9, y})
		}
	}
	c.polygon(darker(ink, 0.3), point{68, 20.6}, point{75, 20}, point{78, 78}, point{71, 78.6})
	for fringe := range 11 {
		x := 29.5 + float32(fringe)*4.6
		c.polygon(mark, point{x, 81.8 - float32(fringe)*0.37}, point{x + 1, 81.7 - float32(fringe)*0.37}, point{x + 0.7, 86.5 - float32(fringe)*0.37})
	}
}

func paintBasket(c *canvas, ink, mark color.RGBA) {
	c.ring(mark, 50, 38, 20, 17, 3)
	c.polygon(ink, point{25, 42}, point{75, 42}, point{69, 80}, point{31, 80})
	for row := range 5 {
		for column := range 6 {
			if (row+column)%2 == 0 {
				inset := float32(row) * 1.1
				width := (50 - 2*inset) / 6
				c.box(darker(ink, 0.22), 25+inset+float32(column)*width+0.6, 46+float32(row)*6.7, width-1.2, 5, 1.5)
			}
		}
	}
	c.box(mark, 23.5, 39.5, 53, 5, 2.4)
}

func paintLamp(c *canvas, ink, mark color.RGBA) {
	c.ellipse(color.RGBA{R: mark.R / 3, G: mark.G / 3, B: mark.B / 3, A: 85}, 50, 42, 36, 32)
	c.polygon(lighter(mark, 0.2), point{37, 20}, point{63, 20}, point{74, 56}, point{26, 56})
	for slat := range 9 {
		top, bottom := 37+float32(slat)*3.2, 26+float32(slat)*5.9
		c.polygon(ink, point{top, 20}, point{top + 0.9, 20}, point{bottom + 1.2, 56}, point{bottom, 56})
	}
	c.box(ink, 36, 19, 28, 2.5, 1)
	c.box(ink, 25, 55, 50, 2.8, 1.2)
	c.box(darker(ink, 0.4), 48.4, 57, 3.2, 20, 1)
	c.box(darker(ink, 0.3), 36, 76, 28, 6, 2.5)
}

func paintBoard(c *canvas, ink, mark color.RGBA) {
	c.box(darker(ink, 0.25), 24, 36, 54, 43, 8)
	c.box(ink, 23, 33, 54, 43, 8)
	for i, y := range []float32{41, 49, 57, 66} {
		c.box(mix(ink, mark, 0.45), 29+float32(i%2)*5, y, 34-float32(i%3)*5, 1.5, 0.7)
	}
	c.ellipse(mark, 69, 41, 3.4, 3.4)
	c.ellipse(darker(ink, 0.35), 69, 41, 1.9, 1.9)
}

func paintBowl(c *canvas, ink, mark color.RGBA) {
	c.polygon(ink, point{23, 46}, point{77, 46}, point{72, 62}, point{62, 74}, point{50, 78}, point{38, 74}, point{28, 62})
	c.box(darker(ink, 0.3), 40, 76, 20, 5, 2)
	c.ellipse(darker(ink, 0.15), 50, 46, 27, 8)
	c.ellipse(mark, 50, 46.6, 23.5, 6.2)
	c.ellipse(darker(mark, 0.12), 46, 47, 10, 2.6)
	c.polygon(lighter(ink, 0.16), point{27, 53}, point{31, 54}, point{40, 72}, point{36, 70})
}

func paintBottle(c *canvas, ink, mark color.RGBA) {
	c.box(darker(ink, 0.45), 43, 13, 14, 10, 2)
	c.box(ink, 44.5, 22, 11, 10, 1)
	c.polygon(ink, point{44.5, 30}, point{55.5, 30}, point{66, 42}, point{34, 42})
	c.box(ink, 34, 40, 32, 42, 4)
	c.box(lighter(ink, 0.25), 37, 43, 3.2, 35, 1.6)
	c.box(mark, 34, 50, 32, 22, 0.5)
	c.polygon(ink, point{50, 53}, point{55, 61}, point{50, 69}, point{45, 61})
	c.box(mark, 49.5, 57, 1, 12, 0.2)
}
