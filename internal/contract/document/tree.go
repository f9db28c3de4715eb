package document

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
)

// folders hold generated files: those whose ending is given, nothing else.
var folders = map[string]string{
	openAPIFolder: ".json", asyncAPIFolder: ".json", asyncAPIFolder + "schemas/": ".json", referenceFolder: ".md",
}

// Write puts the files below root and removes those that are not made any more.
func Write(root string, files []File) error {
	for _, f := range files {
		path := filepath.Join(root, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			return fmt.Errorf("document: %w", err)
		}
		if err := os.WriteFile(path, f.Content, 0o644); err != nil { //nolint:gosec // committed files, for everybody to read
			return fmt.Errorf("document: %w", err)
		}
	}
	stale, err := leftOver(root, files)
	for _, path := range stale {
		if err := os.Remove(filepath.Join(root, path)); err != nil {
			return fmt.Errorf("document: %w", err)
		}
	}
	return err
}

// Compare names the files below root that are missing, differ or are not made
// any more.
func Compare(root string, files []File) ([]string, error) {
	var differing []string
	for _, f := range files {
		content, err := os.ReadFile(filepath.Join(root, filepath.FromSlash(f.Path)))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("document: %w", err)
		}
		// A checkout may have turned line ends into those of its system.
		if !bytes.Equal(bytes.ReplaceAll(content, []byte("\r\n"), []byte("\n")), f.Content) {
			differing = append(differing, f.Path)
		}
	}
	stale, err := leftOver(root, files)
	return append(differing, stale...), err
}

// leftOver names files of our folders that are generated, but not by this code.
func leftOver(root string, files []File) ([]string, error) {
	var stale []string
	for folder, ending := range folders {
		paths, err := filepath.Glob(filepath.Join(root, filepath.FromSlash(folder), "*"+ending))
		if err != nil {
			return nil, fmt.Errorf("document: %w", err)
		}
		for _, path := range paths {
			content, err := os.ReadFile(path)
			if err != nil {
				return nil, fmt.Errorf("document: %w", err)
			}
			name := folder + filepath.Base(path)
			made := slices.ContainsFunc(files, func(f File) bool { return f.Path == name })
			if !made && bytes.Contains(content, []byte(marker)) {
				stale = append(stale, name)
			}
		}
	}
	slices.Sort(stale)
	return stale, nil
}
