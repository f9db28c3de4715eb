package config

import (
	"fmt"
	"path/filepath"
	"reflect"
	"strings"

	"gopkg.in/yaml.v3"
)

// parseFile reads a YAML file. It walks the nodes itself, because that keeps
// the line of every value and finds keys that are unknown or given twice.
func (l *loader) parseFile(path string, text []byte) error {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return fmt.Errorf("config: %s is not YAML: %w", path, err)
	}
	if len(document.Content) == 0 {
		return nil // empty, or nothing but comments
	}
	r := fileReader{loader: l, name: filepath.Base(path), sections: map[string]bool{}}
	for _, s := range l.settings {
		for at := strings.LastIndex(s.key, "."); at > 0; at = strings.LastIndex(s.key[:at], ".") {
			r.sections[s.key[:at]] = true
		}
	}
	r.section(document.Content[0], "")
	return nil
}

type fileReader struct {
	*loader
	name     string
	sections map[string]bool
}

func (r *fileReader) at(n *yaml.Node) string { return fmt.Sprintf("%s:%d", r.name, n.Line) }

// resolve follows an alias to its anchor.
func resolve(n *yaml.Node) *yaml.Node {
	if n.Kind == yaml.AliasNode {
		return n.Alias
	}
	return n
}

func isNull(n *yaml.Node) bool { return n.Kind == yaml.ScalarNode && n.Tag == "!!null" }

func (r *fileReader) section(n *yaml.Node, path string) {
	n = resolve(n)
	if isNull(n) {
		return // a section whose every line is commented out
	}
	if n.Kind != yaml.MappingNode {
		what := "the file"
		if path != "" {
			what = path
		}
		r.problem(path, r.at(n), "%s must be a section with keys below it", what)
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		name, value := n.Content[i], n.Content[i+1]
		key := strings.TrimPrefix(path+"."+name.Value, ".")
		if seen[key] {
			r.problem(key, r.at(name), "%s is given twice", key)
			continue
		}
		seen[key] = true
		switch {
		case r.byKey[key] != nil:
			r.value(r.byKey[key], resolve(value))
		case r.sections[key]:
			r.section(value, key)
		default:
			r.unknownKey(key, name)
		}
	}
}

func (r *fileReader) value(s *setting, n *yaml.Node) {
	var err error
	switch {
	case isNull(n):
		err = fmt.Errorf("has no value; remove the line to use the default")
	case n.Kind == yaml.ScalarNode:
		err = s.parse(n.Value)
	case n.Kind == yaml.SequenceNode && s.value.Kind() == reflect.Slice:
		err = s.parseSequence(n)
	default:
		err = fmt.Errorf("must be %s", s.expects())
	}
	if err != nil {
		r.problem(s.key, r.at(n), "%s %v", s.key, err)
		return
	}
	s.origin = r.at(n)
}

func (s *setting) parseSequence(n *yaml.Node) error {
	items := make([]string, len(n.Content))
	for i, item := range n.Content {
		item = resolve(item)
		if item.Kind != yaml.ScalarNode || isNull(item) {
			return fmt.Errorf("must be %s", s.expects())
		}
		items[i] = item.Value
	}
	return s.parseList(items)
}

// unknownKey offers the nearest setting or section.
func (r *fileReader) unknownKey(key string, n *yaml.Node) {
	names := make([]string, 0, len(r.settings)+len(r.sections))
	for _, s := range r.settings {
		names = append(names, s.key)
	}
	for section := range r.sections {
		names = append(names, section)
	}
	hint := "run: pasar config show"
	if near := Nearest(key, names); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	r.problem(key, r.at(n), "there is no setting %s; %s", key, hint)
}
