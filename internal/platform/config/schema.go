package config

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// Schema returns the JSON Schema (2020-12) of the configuration file, for
// editors and for checks before a deployment.
func Schema(dst any) ([]byte, error) {
	settings, err := settingsOf(dst)
	if err != nil {
		return nil, err
	}
	root := section()
	root["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	root["title"] = "Pasar configuration"
	for _, s := range settings {
		parent := root
		names := strings.Split(s.key, ".")
		for _, name := range names[:len(names)-1] {
			properties := parent["properties"].(map[string]any)
			if properties[name] == nil {
				properties[name] = section()
			}
			parent = properties[name].(map[string]any)
		}
		parent["properties"].(map[string]any)[names[len(names)-1]] = s.schema()
	}
	text, err := json.MarshalIndent(root, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("config: encode schema: %w", err)
	}
	return append(text, '\n'), nil
}

func section() map[string]any {
	return map[string]any{"type": []string{"object", "null"}, "additionalProperties": false, "properties": map[string]any{}}
}

func (s *setting) schema() map[string]any {
	schema := s.shape()
	if s.help != "" {
		schema["description"] = s.help + " (" + s.env() + ")"
	}
	if s.def != "" {
		schema["default"] = s.defaultValue()
	}
	return schema
}

func (s *setting) shape() map[string]any {
	text := map[string]any{"type": "string"}
	if len(s.enum) > 0 {
		text["enum"] = s.enum
	}
	switch {
	case s.value.Type() == durationType:
		return map[string]any{"type": "string", "pattern": `^([0-9]+d|([0-9]+(\.[0-9]+)?(ns|us|µs|ms|s|m|h))+|0)$`}
	case s.value.Type() == sizeType:
		return map[string]any{"type": []string{"string", "integer"}, "pattern": `^[0-9]+ ?(B|kB|KB|MB|GB|KiB|MiB|GiB)?$`, "minimum": 0}
	case readsText(s.value):
		return text
	}
	switch s.value.Kind() {
	case reflect.Int, reflect.Int64:
		return map[string]any{"type": "integer"}
	case reflect.Float64:
		return map[string]any{"type": "number"}
	case reflect.Bool:
		return map[string]any{"type": "boolean"}
	case reflect.Slice:
		return map[string]any{"type": []string{"array", "string"}, "items": text}
	default:
		return text
	}
}

// defaultValue is the default in the type that the file would use.
func (s *setting) defaultValue() any {
	scratch := *s
	scratch.value = reflect.New(s.value.Type()).Elem()
	if readsText(scratch.value) || s.value.Type() == durationType || scratch.parse(s.def) != nil {
		return s.def
	}
	return scratch.value.Interface()
}
