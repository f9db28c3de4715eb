package demo

import (
	"context"
	"image"
	"image/color"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas is a square picture that shapes are filled into, in units of a
// hundredth of its side: (50, 50) is the middle.
type canvas struct {
	ctx    context.Context // of the one picture this canvas lives for; shapes are skipped once it ends
	img    *image.RGBA
	raster *vector.Rasterizer // used again for every shape: it holds a number a pixel
	unit   float32
}

func newCanvas(ctx context.Context, side int) *canvas {
	return &canvas{
		ctx: ctx,
		img: image.NewRGBA(image.Rect(0, 0, side, side)), raster: vector.NewRasterizer(side, side), unit: float32(side) / 100,
	}
}

// point is a place on the canvas in hundredths.
type point struct{ x, y float32 }

// fill paints the closed outline that trace draws.
func (c *canvas) fill(ink color.Color, trace func(*vector.Rasterizer, float32)) {
	if c.ctx.Err() != nil {
		return
	}
	size := c.img.Bounds().Size()
	c.raster.Reset(size.X, size.Y)
	c.raster.DrawOp = draw.Over
	trace(c.raster, c.unit)
	c.raster.Draw(c.img, c.img.Bounds(), image.NewUniform(ink), image.Point{})
}

// polygon paints straight-edged outlines.
func (c *canvas) polygon(ink color.Color, points ...point) {
	c.fill(ink, func(r *vector.Rasterizer, u float32) {
		r.MoveTo(points[0].x*u, points[0].y*u)
		for _, p := range points[1:] {
			r.LineTo(p.x*u, p.y*u)
		}
		r.ClosePath()
	})
}

// kappa places the control points of a cubic that follows a quarter circle.
const kappa = 0.5523

// ellipse paints an axis-parallel ellipse.
func (c *canvas) ellipse(ink color.Color, cx, cy, rx, ry float32) {
	c.fill(ink, func(r *vector.Rasterizer, u float32) {
		cx, cy, rx, ry := cx*u, cy*u, rx*u, ry*u
		r.MoveTo(cx+rx, cy)
		r.CubeTo(cx+rx, cy+ry*kappa, cx+rx*kappa, cy+ry, cx, cy+ry)
		r.CubeTo(cx-rx*kappa, cy+ry, cx-rx, cy+ry*kappa, cx-rx, cy)
		r.CubeTo(cx-rx, cy-ry*kappa, cx-rx*kappa, cy-ry, cx, cy-ry)
		r.CubeTo(cx+rx*kappa, cy-ry, cx+rx, cy-ry*kappa, cx+rx, cy)
		r.ClosePath()
	})
}

// box paints a rectangle with rounded corners.
func (c *canvas) box(ink color.Color, x, y, w, h, radius float32) {
	c.fill(ink, func(r *vector.Rasterizer, u float32) {
		x, y, w, h, q := x*u, y*u, w*u, h*u, radius*u
		r.MoveTo(x+q, y)
		r.LineTo(x+w-q, y)
		r.QuadTo(x+w, y, x+w, y+q)
		r.LineTo(x+w, y+h-q)
		r.QuadTo(x+w, y+h, x+w-q, y+h)
		r.LineTo(x+q, y+h)
		r.QuadTo(x, y+h, x, y+h-q)
		r.LineTo(x, y+q)
		r.QuadTo(x, y, x+q, y)
		r.ClosePath()
	})
}

// ring paints the band between two ellipses of one middle.
func (c *canvas) ring(ink color.Color, cx, cy, rx, ry, width float32) {
	const steps = 72
	c.fill(ink, func(r *vector.Rasterizer, u float32) {
		for i, inner := range []float32{0, width} {
			for step := range steps {
				angle := 2 * math.Pi * float64(step) / steps
				if i == 1 { // the hole runs the other way round
					angle = -angle
				}
				x := (cx + (rx-inner)*float32(math.Cos(angle))) * u
				y := (cy + (ry-inner)*float32(math.Sin(angle))) * u
				if step == 0 {
					r.MoveTo(x, y)
				} else {
					r.LineTo(x, y)
				}
			}
			r.ClosePath()
		}
	})
}

// backdrop paints a soft vertical gradient over the whole canvas.
func (c *canvas) backdrop(top, bottom color.RGBA) {
	side := c.img.Bounds().Dy()
	for y := range side {
		row := mix(top, bottom, float64(y)/float64(side))
		draw.Draw(c.img, image.Rect(0, y, side, y+1), image.NewUniform(row), image.Point{}, draw.Src)
	}
}

// rgb reads 0xRRGGBB.
func rgb(hex uint32) color.RGBA {
	return color.RGBA{R: uint8(hex >> 16), G: uint8(hex >> 8), B: uint8(hex), A: 255} //nolint:gosec // each byte is cut out on purpose
}

// mix returns the colour a share of the way from a to b.
func mix(a, b color.RGBA, share float64) color.RGBA {
	at := func(x, y uint8) uint8 { return uint8(float64(x) + (float64(y)-float64(x))*share) }
	return color.RGBA{R: at(a.R, b.R), G: at(a.G, b.G), B: at(a.B, b.B), A: 255}
}

// lighter and darker move a colour towards white and black.
func lighter(c color.RGBA, share float64) color.RGBA { return mix(c, rgb(0xffffff), share) }
func darker(c color.RGBA, share float64) color.RGBA  { return mix(c, rgb(0x000000), share) }
