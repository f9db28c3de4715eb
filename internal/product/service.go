package product

import (
	"context"
	"errors"
	"log/slog"

	"pasar/api"
	"pasar/internal/platform/clock"
	"pasar/internal/platform/fault"
)

// ErrStale is returned by the store for a version that is no longer current.
var ErrStale = errors.New("product: the version is not current")

// Media keeps the bytes of pictures. Get of what is not there is a fault of
// kind NotFound.
type Media interface {
	Put(ctx context.Context, key, contentType string, data []byte) error
	Get(ctx context.Context, key string) (data []byte, contentType string, err error)
	Delete(ctx context.Context, key string) error
}

// Pictures understands image files.
type Pictures interface {
	// Inspect returns the content type and file extension, or why the file is
	// no usable picture. It looks at the head of the file only.
	Inspect(data []byte) (contentType, extension string, err error)
	// Render makes a picture for each side, largest first: its longer side is at
	// most so many pixels, upright, and without anything but the picture.
	// It gives up between two of them when ctx ends.
	Render(ctx context.Context, data []byte, sides []int) ([]Rendering, error)
}

// Rendering is one picture that was made of another.
type Rendering struct {
	Data          []byte
	ContentType   string
	Extension     string // ".jpg"
	Width, Height int
}

// Deps is what the service needs.
type Deps struct {
	Store    Store
	Media    Media
	Pictures Pictures
	Clock    clock.Clock
	Log      *slog.Logger
}

// Service is the product service.
type Service struct {
	store    Store
	media    Media
	pictures Pictures
	clock    clock.Clock
	log      *slog.Logger
	shelf    *shelf
	tree     *memory[struct{}, *Tree]
	words    *memory[struct{}, *vocabulary]
	lists    *memory[string, rows]
}

// New returns the service.
func New(d Deps) *Service {
	s := &Service{store: d.Store, media: d.Media, pictures: d.Pictures, clock: d.Clock, log: d.Log}
	s.shelf = newShelf(d.Clock, s.loadViews)
	s.tree = newMemory[struct{}, *Tree](d.Clock, treeFor, 1)
	s.words = newMemory[struct{}, *vocabulary](d.Clock, wordsFor, 1)
	s.lists = newMemory[string, rows](d.Clock, listsFor, listsLimit)
	return s
}

// maxTries is how often a change that met another one starts over.
const maxTries = 5

// retry runs try again while it meets other people's changes.
func retry(ctx context.Context, try func() error) error {
	var err error
	for range maxTries {
		if err = try(); !errors.Is(err, ErrStale) || ctx.Err() != nil {
			return err
		}
	}
	return fault.Wrap(err, fault.Unavailable, api.CodeUnavailable, "Too many changes meet here right now; try again.")
}

func notFound(what, id string) *fault.Error {
	return fault.New(fault.NotFound, api.CodeNotFound, "There is no %s %s.", what, id)
}

func stale() *fault.Error {
	return fault.New(fault.PreconditionFailed, api.CodePreconditionFailed,
		"The resource has changed since you read it; read it again and repeat your change.")
}
