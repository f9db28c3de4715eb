package config

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// setting is one field of the configuration struct.
type setting struct {
	key    string // "database.url"
	help   string
	def    string
	enum   []string
	secret bool
	value  reflect.Value
	origin string
}

func (s *setting) env() string {
	return prefix + strings.ToUpper(strings.ReplaceAll(s.key, ".", "_"))
}

func (s *setting) flag() string { return "--" + s.key }

// settingsOf lists the settings of dst in the order of its fields. Its errors
// are defects of the struct, which any test that loads it finds.
func settingsOf(dst any) ([]*setting, error) {
	v := reflect.ValueOf(dst)
	if v.Kind() != reflect.Pointer || v.Elem().Kind() != reflect.Struct {
		return nil, fmt.Errorf("config: need a pointer to a struct, got %T", dst)
	}
	settings, err := walk(v.Elem(), "")
	if err != nil {
		return nil, err
	}
	taken := map[string]string{prefix + "CONFIG": configKey}
	for _, s := range settings {
		if other, ok := taken[s.env()]; ok {
			return nil, fmt.Errorf("config: %s and %s would both be %s", other, s.key, s.env())
		}
		taken[s.env()] = s.key
	}
	return settings, nil
}

func walk(v reflect.Value, path string) ([]*setting, error) {
	var settings []*setting
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name, tagged := field.Tag.Lookup("config")
		if !tagged {
			continue
		}
		if name == "" || name != strings.ToLower(name) || strings.ContainsAny(name, ".- ") || !field.IsExported() {
			return nil, fmt.Errorf("config: field %s has the unusable name %q", field.Name, name)
		}
		key := strings.TrimPrefix(path+"."+name, ".")
		if field.Type.Kind() == reflect.Struct && !readsText(v.Field(i)) {
			section, err := walk(v.Field(i), key)
			if err != nil {
				return nil, err
			}
			settings = append(settings, section...)
			continue
		}
		s := newSetting(key, field, v.Field(i))
		if s.expects() == "" {
			return nil, fmt.Errorf("config: %s has the unsupported type %s", key, field.Type)
		}
		settings = append(settings, s)
	}
	return settings, nil
}

func newSetting(key string, field reflect.StructField, v reflect.Value) *setting {
	s := &setting{key: key, value: v, help: field.Tag.Get("help"), def: field.Tag.Get("default")}
	_, s.secret = field.Tag.Lookup("secret")
	s.secret = s.secret || field.Type == secretType
	if choice := field.Tag.Get("enum"); choice != "" {
		s.enum = strings.Split(choice, ",")
	}
	return s
}

// Setting describes one setting to people: its names, its meaning, and in a
// Report its value and where it came from.
type Setting struct {
	Key     string   `json:"key"`
	Env     string   `json:"env"`
	Kind    string   `json:"kind"` // what is expected, in words
	Help    string   `json:"help"`
	Default string   `json:"default"`
	Enum    []string `json:"enum,omitempty"`
	Secret  bool     `json:"secret,omitempty"`
	Value   string   `json:"value"`  // masked where it must be
	Origin  string   `json:"origin"` // "default", "pasar.yaml:12", "PASAR_LISTEN", "--listen"
}

// IsBool reports whether the setting's flag may stand without a value.
func (s Setting) IsBool() bool { return s.Kind == kindBool }

func (s *setting) describe() Setting {
	return Setting{
		Key: s.key, Env: s.env(), Kind: s.expects(), Help: s.help, Default: s.def,
		Enum: s.enum, Secret: s.secret, Value: s.masked(), Origin: s.origin,
	}
}

// Describe lists the settings of dst without loading anything.
func Describe(dst any) ([]Setting, error) {
	settings, err := settingsOf(dst)
	if err != nil {
		return nil, err
	}
	list := make([]Setting, len(settings))
	for i, s := range settings {
		list[i] = s.describe()
	}
	return list, nil
}

var durationType = reflect.TypeFor[time.Duration]()
