package app_test

import (
	"bytes"
	"strings"
	"testing"

	"pasar/internal/app"
)

func TestMigrateAndStatus(t *testing.T) {
	t.Parallel()
	c := load(t, "--data="+t.TempDir(), "--log.level=error")
	var out bytes.Buffer
	behind, err := app.CheckSchemas(t.Context(), *c, &out)
	if err != nil || behind != 7 || !strings.Contains(out.String(), "pasar migrate") {
		t.Fatalf("%d behind of 7 new databases, %v:\n%s", behind, err, &out)
	}
	for range 2 {
		if err := app.Migrate(t.Context(), *c, &out); err != nil {
			t.Fatal(err)
		}
	}
	if behind, err := app.CheckSchemas(t.Context(), *c, &out); err != nil || behind != 0 {
		t.Errorf("%d behind after migrating, %v", behind, err)
	}
}
