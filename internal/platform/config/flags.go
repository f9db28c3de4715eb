package config

import "strings"

// parseFlags reads --key=value and --key value. A boolean may stand alone.
func (l *loader) parseFlags(args []string) []assignment {
	var given []assignment
	for i := 0; i < len(args); i++ {
		name, isFlag := strings.CutPrefix(args[i], "--")
		if !isFlag || name == "" {
			l.problem("", args[i], "is not a flag; settings are written --key=value")
			continue
		}
		key, value, hasValue := strings.Cut(name, "=")
		s := l.byKey[key]
		if s == nil && key != configKey {
			l.unknown("--"+key, "--"+key, "flag", (*setting).flag)
			if !hasValue && i+1 < len(args) && !strings.HasPrefix(args[i+1], "--") {
				i++ // most likely the value of the flag that was mistyped
			}
			continue
		}
		switch {
		case hasValue:
		case s != nil && s.expects() == kindBool:
			value = "true"
		case i+1 < len(args) && !strings.HasPrefix(args[i+1], "--"):
			i++
			value = args[i]
		default:
			l.problem(key, "--"+key, "needs a value: --%s=…", key)
			continue
		}
		given = append(given, assignment{key, value, "--" + key})
	}
	return given
}
