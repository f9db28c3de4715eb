// Package config fills one nested struct from four sources, each stronger than
// the one before: defaults, a YAML file, PASAR_ environment variables, flags.
//
// A field is a setting when it has a config tag; a tagged struct is a section:
//
//	type Config struct {
//		Listen   string `config:"listen" default:"127.0.0.1:8080" help:"public address"`
//		Database struct {
//			URL string `config:"url" help:"…" secret:""`
//		} `config:"database"`
//	}
//
// The setting database.url is then the key url in the section database of the
// file, the variable PASAR_DATABASE_URL and the flag --database.url. Settings
// tagged secret, or of type secret.Secret, are masked wherever they are shown
// and may also be given as a file: PASAR_DATABASE_URL_FILE=/run/secrets/db.
//
// Kinds: string, int, int64, float64, bool, time.Duration ("15m", "30d"), Size
// ("64MiB"), []string (a YAML list, or separated by commas) and whatever reads
// itself from text. The tag enum:"a,b" limits a string to a choice.
//
// Whatever is not a setting is an error that names the nearest one: a typing
// mistake must not silently run with a default.
package config

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
)

// Sources says where settings come from besides their defaults.
type Sources struct {
	Args    []string // flags: --key=value, --key value, and --key alone for booleans
	Environ []string // as os.Environ gives it
	File    string   // used when neither --config nor PASAR_CONFIG names one; may be absent
}

// Problem is one thing wrong with the configuration.
type Problem struct {
	Key    string // the setting, as far as it is known
	Source string // "default", "pasar.yaml:12", "PASAR_LISTEN", "--listen"
	Detail string // what is wrong and what is expected
}

// Error holds every problem that was found, so that one run shows them all.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.Source + ": " + p.Detail
	}
	return strings.Join(lines, "\n")
}

// configKey names the configuration file itself: --config, PASAR_CONFIG.
const configKey = "config"

// Load fills dst, a pointer to a struct, and reports where each value came from.
// When it fails with an *Error the report still tells what was understood.
func Load(dst any, s Sources) (*Report, error) {
	l, err := newLoader(dst)
	if err != nil {
		return nil, err
	}
	l.defaults()
	flags := l.parseFlags(s.Args)
	variables := l.parseEnviron(s.Environ)
	path, required := s.File, false
	for _, given := range [][]assignment{variables, flags} {
		for _, a := range given {
			if a.key == configKey {
				path, required = a.value, true
			}
		}
	}
	if err := l.file(path, required); err != nil {
		return nil, err
	}
	l.assign(variables)
	l.assign(flags)
	report := l.report()
	if len(l.problems) > 0 {
		return report, &Error{Problems: l.problems}
	}
	return report, nil
}

// loader is one run of Load.
type loader struct {
	settings []*setting
	byKey    map[string]*setting
	problems []Problem
	fileUsed string
}

// assignment is one value given by the environment or a flag.
type assignment struct {
	key, value, source string
}

func newLoader(dst any) (*loader, error) {
	settings, err := settingsOf(dst)
	if err != nil {
		return nil, err
	}
	l := &loader{settings: settings, byKey: make(map[string]*setting, len(settings))}
	for _, s := range settings {
		l.byKey[s.key] = s
	}
	return l, nil
}

func (l *loader) problem(key, source, detail string, args ...any) {
	l.problems = append(l.problems, Problem{Key: key, Source: source, Detail: fmt.Sprintf(detail, args...)})
}

func (l *loader) defaults() {
	for _, s := range l.settings {
		s.origin = "default"
		if s.def == "" {
			continue
		}
		if err := s.parse(s.def); err != nil {
			l.problem(s.key, "default", "%s %v", s.key, err)
		}
	}
}

func (l *loader) assign(given []assignment) {
	for _, a := range given {
		if a.key == configKey {
			continue
		}
		s := l.byKey[a.key]
		if err := s.parse(a.value); err != nil {
			l.problem(s.key, a.source, "%s %v", s.key, err)
			continue
		}
		s.origin = a.source
	}
}

// file reads the configuration file. One that nobody named may be absent.
func (l *loader) file(path string, required bool) error {
	if path == "" {
		return nil
	}
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) && !required {
		return nil
	}
	if err != nil {
		return fmt.Errorf("config: cannot read the configuration file: %w", err)
	}
	l.fileUsed = path
	return l.parseFile(path, text)
}

// unknown reports a name that is no setting, with the nearest that is.
func (l *loader) unknown(name, source, shape string, show func(*setting) string) {
	names := make([]string, 0, len(l.settings)+1)
	for _, s := range l.settings {
		names = append(names, show(s))
	}
	hint := "run: pasar config show"
	if near := Nearest(name, names); near != "" {
		hint = fmt.Sprintf("did you mean %s?", near)
	}
	l.problem(name, source, "there is no %s %s; %s", shape, name, hint)
}
