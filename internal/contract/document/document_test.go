package document

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pasar/internal/contract"
	"pasar/internal/platform/events"
)

// The envelope is written by hand, because its words are those of CloudEvents.
func TestEnvelopeIsThatOfEvents(t *testing.T) {
	t.Parallel()
	schema := envelope()
	var required, all []string
	for i := range reflect.TypeFor[events.Event]().NumField() {
		name, options, _ := strings.Cut(reflect.TypeFor[events.Event]().Field(i).Tag.Get("json"), ",")
		all = append(all, name)
		if options == "" {
			required = append(required, name)
		}
	}
	properties := schema["properties"].(map[string]any)
	for _, name := range all {
		if properties[name] == nil {
			t.Errorf("%s is not described", name)
		}
	}
	if len(properties) != len(all) {
		t.Errorf("%d members are described, there are %d", len(properties), len(all))
	}
	for _, name := range required {
		if !slices.Contains(schema["required"].([]any), any(name)) {
			t.Errorf("%s is not required", name)
		}
	}
}

func TestSchemaFilesStandAlone(t *testing.T) {
	t.Parallel()
	schemas, err := dataSchemas(contract.Events())
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range contract.Events() {
		file, err := schemaFile(e, schemas)
		if err != nil {
			t.Fatal(err)
		}
		var schema map[string]any
		if err := json.Unmarshal(file.Content, &schema); err != nil {
			t.Fatal(err)
		}
		definitions := schema["$defs"].(map[string]any)
		for _, part := range strings.Split(string(file.Content), `"$ref": "`)[1:] {
			ref, _, _ := strings.Cut(part, `"`)
			if name, local := strings.CutPrefix(ref, defsRef); !local || definitions[name] == nil {
				t.Errorf("%s: %s leads nowhere", file.Path, ref)
			}
		}
		if len(definitions) > len(schemas) || definitions[dataName(e.Data)] == nil {
			t.Errorf("%s: definitions = %v", file.Path, definitions)
		}
	}
}

func TestWriteAndCompare(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	keep := File{Path: openAPIFolder + "kept.json", Content: []byte("{}\n")}
	gone := File{Path: referenceFolder + "gone.md", Content: []byte("<!-- " + marker + " -->\n")}
	if err := Write(root, []File{keep, gone}); err != nil {
		t.Fatal(err)
	}
	written := filepath.Join(root, referenceFolder, "by-hand.md")
	if err := os.WriteFile(written, []byte("# By hand\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	keep.Content = []byte("{\"a\": 1}\n")
	differing, err := Compare(root, []File{keep})
	if err != nil || !slices.Equal(differing, []string{keep.Path, gone.Path}) {
		t.Errorf("differing = %v, %v", differing, err)
	}
	if err := Write(root, []File{keep}); err != nil {
		t.Fatal(err)
	}
	if differing, err = Compare(root, []File{keep}); err != nil || len(differing) > 0 {
		t.Errorf("after writing, differing = %v, %v", differing, err)
	}
	if _, err := os.Stat(written); err != nil {
		t.Errorf("a page written by hand was removed: %v", err)
	}
}
