package config

import (
	"os"
	"regexp"
	"strings"
)

const prefix = "PASAR_"

// foreign matches variables that start with PASAR_ and are not ours to judge:
// those of the test suites, and those that Kubernetes and Docker put into a
// container for a service whose name starts with pasar, such as
// PASAR_SERVICE_HOST and PASAR_ORDER_PORT_8080_TCP.
var foreign = regexp.MustCompile(`^PASAR_(TEST_.*|(.+_)?(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT(_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?))$`)

// parseEnviron picks the PASAR_ variables. An empty variable counts as not set,
// because compose files and charts write them for values that were left out.
func (l *loader) parseEnviron(environ []string) []assignment {
	byEnv := make(map[string]*setting, len(l.settings))
	for _, s := range l.settings {
		byEnv[s.env()] = s
	}
	var given []assignment
	defer func() { l.refuseTwice(given) }()
	for _, line := range environ {
		name, value, _ := strings.Cut(line, "=")
		if !strings.HasPrefix(name, prefix) || value == "" {
			continue
		}
		if name == prefix+"CONFIG" {
			given = append(given, assignment{configKey, value, name})
			continue
		}
		if s := byEnv[name]; s != nil {
			given = append(given, assignment{s.key, value, name})
			continue
		}
		if a, ok := l.secretFile(byEnv, name, value); ok {
			given = append(given, a...)
			continue
		}
		if !foreign.MatchString(name) {
			l.unknown(name, name, "variable", (*setting).env)
		}
	}
	return given
}

// secretFile reads PASAR_<SECRET>_FILE, the way container platforms hand out
// secrets. ok is false when name is no such variable.
func (l *loader) secretFile(byEnv map[string]*setting, name, path string) (given []assignment, ok bool) {
	base, isFile := strings.CutSuffix(name, "_FILE")
	s := byEnv[base]
	if !isFile || s == nil || !s.secret {
		return nil, false
	}
	text, err := os.ReadFile(path)
	if err != nil {
		l.problem(s.key, name, "cannot read the value of %s: %v", s.key, err)
		return nil, true
	}
	return []assignment{{s.key, strings.TrimRight(string(text), "\r\n"), name}}, true
}

// refuseTwice reports a secret that is given both as a value and as a file:
// which of the two is meant cannot be known.
func (l *loader) refuseTwice(given []assignment) {
	source := make(map[string]string, len(given))
	for _, a := range given {
		if other, ok := source[a.key]; ok {
			l.problem(a.key, a.source, "%s is also given by %s; keep one of them", a.key, other)
		}
		source[a.key] = a.source
	}
}

// Environ returns the environment of the process. This package is the only one
// that reads it.
func Environ() []string { return os.Environ() }
