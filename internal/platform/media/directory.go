package media

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"os"
	"path"
	"path/filepath"
)

// Directory is a Store in a folder. The content type follows from the key's
// extension, so a file needs nothing beside it.
type Directory struct{ root *os.Root }

var _ Store = (*Directory)(nil)

// NewDirectory opens the folder, making it when needed.
func NewDirectory(dir string) (*Directory, error) {
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return nil, fmt.Errorf("media: make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media: open the folder: %w", err)
	}
	return &Directory{root: root}, nil
}

// extensions are those whose content type this store can tell again.
var extensions = map[string]string{
	".jpg": "image/jpeg", ".png": "image/png", ".gif": "image/gif", ".webp": "image/webp",
}

// Put writes beside the file, syncs, and moves it into place.
func (d *Directory) Put(ctx context.Context, key, contentType string, data []byte) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if known := extensions[path.Ext(key)]; known == "" || known != mediaType(contentType) {
		return fmt.Errorf("media: %s cannot hold %s: its extension says %q", key, contentType, known)
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	name := filepath.FromSlash(key)
	if err := d.root.MkdirAll(filepath.Dir(name), 0o750); err != nil {
		return fmt.Errorf("media: make the folder of %s: %w", key, err)
	}
	if err := d.write(name, data); err != nil {
		return fmt.Errorf("media: write %s: %w", key, err)
	}
	return nil
}

func (d *Directory) write(name string, data []byte) (err error) {
	temporary := name + ".part"
	file, err := d.root.OpenFile(temporary, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o640)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return errors.Join(err, d.root.Remove(temporary))
	}
	return d.root.Rename(temporary, name)
}

// Open opens the file for reading.
func (d *Directory) Open(_ context.Context, key string) (io.ReadCloser, Info, error) {
	if checkKey(key) != nil || extensions[path.Ext(key)] == "" {
		return nil, Info{}, ErrNotFound
	}
	file, err := d.root.Open(filepath.FromSlash(key))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, Info{}, ErrNotFound
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("media: open %s: %w", key, err)
	}
	stat, err := file.Stat()
	if err != nil || stat.IsDir() {
		return nil, Info{}, errors.Join(ErrNotFound, err, file.Close())
	}
	return file, Info{ContentType: extensions[path.Ext(key)], Size: stat.Size()}, nil
}

// Delete removes the file.
func (d *Directory) Delete(_ context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := d.root.Remove(filepath.FromSlash(key)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("media: delete %s: %w", key, err)
	}
	return nil
}

func mediaType(contentType string) string {
	parsed, _, err := mime.ParseMediaType(contentType)
	if err != nil {
		return contentType
	}
	return parsed
}
