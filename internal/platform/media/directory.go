package media

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"syscall"
)

// Directory is a Store in a folder that it never leaves, not even through a
// symbolic link. The content type follows from the key's extension, so a file
// needs nothing beside it.
type Directory struct{ root *os.Root }

var _ Store = (*Directory)(nil)

const (
	folderMode = 0o750
	fileMode   = 0o640
)

// NewDirectory opens the folder, making it when needed.
func NewDirectory(dir string) (*Directory, error) {
	if dir == "" {
		return nil, errors.New("media: no folder is given; write media.url as file:///path")
	}
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return nil, fmt.Errorf("media: make the folder: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("media: open the folder: %w", err)
	}
	return &Directory{root: root}, nil
}

// Close gives the folder free.
func (d *Directory) Close() error { return d.root.Close() }

// Put writes beside the file, syncs, and moves it into place.
func (d *Directory) Put(ctx context.Context, key, contentType string, data []byte) error {
	if err := errors.Join(checkKey(key), checkType(key, contentType)); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	folder := path.Dir(key)
	if err := d.root.MkdirAll(folder, folderMode); err != nil {
		return fmt.Errorf("media: make the folder of %s: %w", key, err)
	}
	temporary := path.Join(folder, ".new-"+rand.Text()) // its own: two may write one key at once
	err := d.write(temporary, data)
	if err == nil {
		err = d.root.Rename(temporary, key)
	}
	if err != nil {
		return fmt.Errorf("media: write %s: %w", key, errors.Join(err, d.drop(temporary)))
	}
	return d.syncFolders(folder)
}

func (d *Directory) write(name string, data []byte) (err error) {
	file, err := d.root.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, fileMode)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if _, err := file.Write(data); err != nil {
		return err
	}
	return file.Sync()
}

// drop removes a file that may be there.
func (d *Directory) drop(name string) error {
	if err := d.root.Remove(name); err != nil && !absent(err) {
		return err
	}
	return nil
}

// syncFolders lets the name itself survive a power cut, up to the root because
// folders on the way may be new.
func (d *Directory) syncFolders(folder string) error {
	for {
		file, err := d.root.Open(folder)
		if err == nil {
			err = errors.Join(syncFolder(file), file.Close())
		}
		if err != nil {
			return fmt.Errorf("media: sync folder %s: %w", folder, err)
		}
		if folder == "." {
			return nil
		}
		folder = path.Dir(folder)
	}
}

// Open opens the file for reading.
func (d *Directory) Open(ctx context.Context, key string) (io.ReadCloser, Info, error) {
	if checkKey(key) != nil || types[path.Ext(key)] == "" {
		return nil, Info{}, ErrNotFound
	}
	if err := ctx.Err(); err != nil {
		return nil, Info{}, err
	}
	file, err := d.root.Open(key)
	if absent(err) {
		return nil, Info{}, ErrNotFound
	}
	if err != nil {
		return nil, Info{}, fmt.Errorf("media: open %s: %w", key, err)
	}
	stat, err := file.Stat()
	if err != nil {
		return nil, Info{}, fmt.Errorf("media: look at %s: %w", key, errors.Join(err, file.Close()))
	}
	if !stat.Mode().IsRegular() {
		return nil, Info{}, errors.Join(ErrNotFound, file.Close())
	}
	return file, Info{ContentType: types[path.Ext(key)], Size: stat.Size(), ModifiedAt: stat.ModTime().UTC()}, nil
}

// Delete removes the file.
func (d *Directory) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := d.drop(key); err != nil {
		return fmt.Errorf("media: delete %s: %w", key, err)
	}
	return nil
}

// absent tells a file that is not there, also because a part of its path is a
// file, from a broken disk.
func absent(err error) bool { return errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) }
