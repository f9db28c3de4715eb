package contract_test

import (
	"testing"

	"pasar/internal/app"
	"pasar/internal/contract/document"
)

const root = "../.."

func TestDocumentsMatchTheCode(t *testing.T) {
	t.Parallel()
	files, err := document.Files(new(app.Config))
	if err != nil {
		t.Fatal(err)
	}
	differing, err := document.Compare(root, files)
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range differing {
		t.Errorf("%s differs from the code; run: %s", path, document.Command)
	}
	again, err := document.Files(new(app.Config))
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range files {
		if string(again[i].Content) != string(f.Content) {
			t.Errorf("%s is not the same twice", f.Path)
		}
	}
}
