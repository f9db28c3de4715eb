package config_test

import (
	"encoding/json"
	"testing"

	"pasar/internal/platform/config"
)

func TestSchema(t *testing.T) {
	t.Parallel()
	text, err := config.Schema(&sample{})
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Schema     string `json:"$schema"`
		Additional *bool  `json:"additionalProperties"`
		Properties map[string]struct {
			Type       any
			Default    any
			Items      struct{ Enum []string }
			Additional *bool `json:"additionalProperties"`
			Properties map[string]struct {
				Type    any
				Enum    []string
				Default any
			}
		}
	}
	if err := json.Unmarshal(text, &schema); err != nil {
		t.Fatal(err)
	}
	p := schema.Properties
	if schema.Additional == nil || *schema.Additional || *p["database"].Additional {
		t.Error("unknown keys are allowed")
	}
	if p["listen"].Type != "string" || p["listen"].Default != "127.0.0.1:8080" || p["demo"].Type != "boolean" || len(p["services"].Items.Enum) != 3 {
		t.Errorf("got %+v", p)
	}
	if pool := p["database"].Properties["pool"]; pool.Type != "integer" || pool.Default != 16.0 {
		t.Errorf("database.pool is %+v", pool)
	}
	if ttl := p["auth"].Properties["access_ttl"]; ttl.Default != "15m" {
		t.Errorf("auth.access_ttl is %+v", ttl)
	}
}
