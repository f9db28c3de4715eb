// Package lifecycle starts the parts of a program in the order of their needs,
// stops them in reverse, and stops all when one fails.
package lifecycle

import (
	"context"
	"fmt"
	"strings"
)

// Part is one thing that starts and stops: an engine, a listener, a worker
// pool. Every function is optional.
type Part struct {
	Name  string
	Needs []string // names of parts that must have started before, and stop after

	// Start returns when the part can be used. It gives up when ctx ends, and
	// cleans up after itself when it fails: Stop is not called then.
	Start func(ctx context.Context) error

	// Run is the part's long-running work, started after Start. Its ctx ends
	// after Stop has returned. Returning before the group stops is a failure of
	// the part, even with a nil error.
	Run func(ctx context.Context) error

	// Stop ends the work and hands back what is unfinished. Its ctx carries the
	// deadline.
	Stop func(ctx context.Context) error

	// Ready says why the part cannot do its work right now. It must be cheap:
	// it is asked about once a second.
	Ready func(ctx context.Context) error
}

// order sorts parts so that each comes after what it needs, keeping the given
// order where needs leave a choice.
func order(parts []*member) ([]*member, error) {
	byName := make(map[string]*member, len(parts))
	for _, m := range parts {
		if m.Name == "" {
			return nil, fmt.Errorf("lifecycle: a part has no name")
		}
		if byName[m.Name] != nil {
			return nil, fmt.Errorf("lifecycle: two parts are called %q", m.Name)
		}
		byName[m.Name] = m
	}
	s := sorter{byName: byName, visited: make(map[string]bool, len(parts))}
	for _, m := range parts {
		if err := s.visit(m, nil); err != nil {
			return nil, err
		}
	}
	return s.sorted, nil
}

type sorter struct {
	byName  map[string]*member
	visited map[string]bool
	sorted  []*member
}

func (s *sorter) visit(m *member, path []string) error {
	for i, name := range path {
		if name == m.Name {
			cycle := append(path[i:len(path):len(path)], m.Name)
			return fmt.Errorf("lifecycle: parts need each other in a circle: %s", strings.Join(cycle, " -> "))
		}
	}
	if s.visited[m.Name] {
		return nil
	}
	path = append(path, m.Name)
	for _, need := range m.Needs {
		needed := s.byName[need]
		if needed == nil {
			return fmt.Errorf("lifecycle: %q needs %q, which is not part of this program", m.Name, need)
		}
		if err := s.visit(needed, path); err != nil {
			return err
		}
	}
	s.visited[m.Name] = true
	s.sorted = append(s.sorted, m)
	return nil
}
